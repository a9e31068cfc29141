import type { Language, Text } from './text.ts';

/**
 * Every error that the API can answer, in one table: code → HTTP status, whether the same request may succeed later,
 * and the text in English and Chinese. `{name}` in a text is a parameter of the problem.
 */
interface ErrorEntry {
  readonly status: number;
  readonly retryable: boolean;
  readonly en: string;
  readonly zh: string;
}

const entry = (status: number, en: string, zh: string, retryable = false): ErrorEntry => ({
  status,
  retryable,
  en,
  zh,
});

export const errors = {
  INVALID_INPUT: entry(400, 'The field "{field}" is not valid: {reason}', '字段“{field}”无效：{reason}'),
  MALFORMED_BODY: entry(400, 'The body is not valid JSON: {reason}', '请求正文不是有效的 JSON：{reason}'),
  MALFORMED_REQUEST: entry(400, 'The bytes are not an HTTP/1.1 request', '收到的字节不是 HTTP/1.1 请求'),
  NOT_SIGNED_IN: entry(401, 'Sign in first', '请先登录'),
  WRONG_CREDENTIALS: entry(401, 'The user name or the password is wrong', '用户名或密码错误'),
  SETUP_LINK_INVALID: entry(
    403,
    'This set-up link was used or has expired; "domus up" prints a new one',
    '此设置链接已被使用或已过期；请重新运行“domus up”获取新链接',
  ),
  FORBIDDEN: entry(403, 'You lack the permission "{permission}"', '您没有“{permission}”权限'),
  ORIGIN_REFUSED: entry(403, 'The request comes from another site ({origin})', '请求来自其他站点（{origin}）'),
  HOST_REFUSED: entry(421, 'This address is not served under the name "{host}"', '此地址不以“{host}”名称提供服务'),
  NOT_FOUND: entry(404, 'There is no {kind} "{id}"', '找不到{kind}“{id}”'),
  ROUTE_NOT_FOUND: entry(404, 'There is nothing at {method} {path}', '{method} {path} 不存在'),
  NAME_TAKEN: entry(409, 'Another {kind} is already named "{name}"', '已存在名为“{name}”的{kind}'),
  AMBIGUOUS_NAME: entry(
    409,
    'More than one {kind} is named "{name}": use the id',
    '有多个名为“{name}”的{kind}：请使用 ID',
  ),
  WRONG_STATE: entry(
    409,
    'The {kind} "{name}" is {state}; this needs: {expected}',
    '{kind}“{name}”当前状态为 {state}；此操作需要：{expected}',
  ),
  IN_USE: entry(409, 'The {kind} "{name}" is in use by {users}', '{kind}“{name}”正被 {users} 使用'),
  BUSY: entry(
    409,
    'Another operation ({operation}) is working on the {kind} "{name}"',
    '另一个操作（{operation}）正在处理{kind}“{name}”',
    true,
  ),
  NOT_MANAGED: entry(
    409,
    'The VM "{name}" was found on its host and is shown only; Domus does not change its definition',
    '虚拟机“{name}”是在主机上发现的，仅供显示；Domus 不会更改其定义',
  ),
  NOT_CANCELLABLE: entry(
    409,
    'The operation is {state} and can no longer be cancelled',
    '操作已处于 {state} 状态，无法再取消',
  ),
  LAST_ADMINISTRATOR: entry(409, 'This is the last administrator', '这是最后一位管理员'),
  BODY_TOO_LARGE: entry(413, 'The body is larger than {limit} bytes', '请求正文超过 {limit} 字节'),
  HEADERS_TOO_LARGE: entry(431, 'The request’s headers are larger than 16 KiB', '请求头超过 16 KiB'),
  UNSUPPORTED_MEDIA_TYPE: entry(
    415,
    'The content type "{type}" is not accepted here; send {expected}',
    '此处不接受内容类型“{type}”；请发送 {expected}',
  ),
  IMAGE_REFUSED: entry(422, 'The image is refused ({field}): {reason}', '镜像被拒绝（{field}）：{reason}'),
  IMAGE_NOT_READY: entry(409, 'The image "{name}" is {state}, not available', '镜像“{name}”当前为 {state}，尚不可用'),
  DISK_TOO_SMALL: entry(
    422,
    'The disk of {diskGiB} GiB is smaller than the image "{image}", which needs {neededGiB} GiB',
    '{diskGiB} GiB 的磁盘小于镜像“{image}”所需的 {neededGiB} GiB',
  ),
  NO_SPACE: entry(
    507,
    'The storage pool "{pool}" has {freeGiB} GiB free; {neededGiB} GiB are needed',
    '存储池“{pool}”剩余 {freeGiB} GiB；需要 {neededGiB} GiB',
  ),
  NO_HOST: entry(409, 'No host can run this VM: {reason}', '没有主机可以运行此虚拟机：{reason}', true),
  HOST_DOWN: entry(503, 'The host "{name}" does not answer: {reason}', '主机“{name}”无响应：{reason}', true),
  KVM_MISSING: entry(
    422,
    'This VM asks for KVM and the host "{host}" has none: {reason}',
    '此虚拟机需要 KVM，而主机“{host}”不支持：{reason}',
  ),
  NO_DISPLAY: entry(409, 'The VM "{name}" has no {display}', '虚拟机“{name}”没有 {display}'),
  TICKET_INVALID: entry(403, 'The console ticket is unknown, used or expired', '控制台票据未知、已使用或已过期'),
  AGENT_MISSING: entry(
    409,
    'The guest agent of "{name}" does not answer: {reason}',
    '“{name}”的客户机代理无响应：{reason}',
    true,
  ),
  AGENT_FAILED: entry(422, 'The guest agent of "{name}" refused: {reason}', '“{name}”的客户机代理拒绝：{reason}'),
  NETWORK_UNREACHABLE: entry(502, 'Could not download {url}: {reason}', '无法下载 {url}：{reason}', true),
  CHECKSUM_MISMATCH: entry(
    502,
    'The checksum of {url} is {actual}, published is {expected}',
    '{url} 的校验和为 {actual}，公布的是 {expected}',
  ),
  PROGRAM_FAILED: entry(500, '{program} failed: {reason}', '{program} 失败：{reason}'),
  PROGRAM_MISSING: entry(500, 'The program {program} is missing: {remedy}', '缺少程序 {program}：{remedy}'),
  HYPERVISOR_REFUSED: entry(
    502,
    'libvirt on "{host}" refused {procedure}: {reason}',
    '“{host}”上的 libvirt 拒绝了 {procedure}：{reason}',
  ),
  QUOTA_EXCEEDED: entry(
    403,
    'The project "{project}" may use {limit} {resource}; this needs {needed}',
    '项目“{project}”最多可使用 {limit} {resource}；此操作需要 {needed}',
  ),
  CANCELLED: entry(409, 'Cancelled by {user}', '已被 {user} 取消'),
  TIMEOUT: entry(504, '{what} took longer than {seconds} s', '{what}超过 {seconds} 秒', true),
  DATABASE_AWAY: entry(503, 'The database does not answer: {reason}', '数据库无响应：{reason}', true),
  TOO_MANY_REQUESTS: entry(
    429,
    'Too many attempts; try again in {seconds} s',
    '尝试次数过多；请在 {seconds} 秒后重试',
    true,
  ),
  INTERNAL: entry(
    500,
    'Something failed inside Domus; the log has it under {reference}',
    'Domus 内部出错；日志中的编号为 {reference}',
  ),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errors;
/** What a text names; words that are ours, not somebody's data, in both languages. */
export type ErrorParameters = Readonly<Record<string, string | number | Text>>;

/** How each kind of resource is called in a sentence. */
const kindWords: Readonly<Record<string, { en: string; zh: string }>> = {
  vm: { en: 'VM', zh: '虚拟机' },
  host: { en: 'host', zh: '主机' },
  image: { en: 'image', zh: '镜像' },
  volume: { en: 'volume', zh: '卷' },
  'storage-pool': { en: 'storage pool', zh: '存储池' },
  network: { en: 'network', zh: '网络' },
  flavor: { en: 'flavor', zh: '规格' },
  operation: { en: 'operation', zh: '操作' },
  user: { en: 'user', zh: '用户' },
  project: { en: 'project', zh: '项目' },
  token: { en: 'API token', zh: 'API 令牌' },
  'catalogue-entry': { en: 'catalogue entry', zh: '目录条目' },
};

/** The text of an error in one language; a parameter that is missing stays visible as `{name}`. */
export function errorText(code: ErrorCode, parameters: ErrorParameters, language: Language): string {
  const column = language === 'zh-CN' ? 'zh' : 'en';
  return errors[code][column].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters[name];
    if (value === undefined) return whole;
    if (typeof value === 'object') return value[language];
    return name === 'kind' ? (kindWords[String(value)]?.[column] ?? String(value)) : String(value);
  });
}

/**
 * The only error that a subject throws for an expected refusal. Faces turn it into application/problem+json.
 * `field` is the JSON path of the offending input, if there is one.
 */
export class DomusError extends Error {
  readonly code: ErrorCode;
  readonly parameters: ErrorParameters;
  readonly field: string | null;

  constructor(code: ErrorCode, parameters: ErrorParameters = {}, options: { field?: string; cause?: unknown } = {}) {
    super(errorText(code, parameters, 'en'), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DomusError';
    this.code = code;
    this.parameters = parameters;
    this.field = options.field ?? (typeof parameters['field'] === 'string' ? parameters['field'] : null);
  }
}

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errors, code);
