import { text } from '@domus/contract';
import { secrets } from '../prompts.ts';
import type { Group } from './group.ts';

interface CompleteOptions {
  token: string;
  name: string;
  passwordStdin?: true;
}

export function registerSystem(group: Group): void {
  group.verb('show', 'Version and what this engine runs on', async (session) => {
    await session.printOne(await session.engine.client.call('system.show', {}, session.signal));
  });
}

export function registerSetup(group: Group): void {
  group.verb('status', 'Whether an administrator exists', async (session) => {
    await session.printOne(await session.engine.client.call('setup.status', {}, session.signal));
  });
  group
    .verb<CompleteOptions>('complete', 'Set the first password with the one-time link', async (session, _, options) => {
      const { token, name, passwordStdin } = options;
      const [password] = await secrets(
        session,
        [text(`Password of ${name}`, `${name} 的密码`)],
        passwordStdin === true,
      );
      const body = { token, name, password: password! };
      await session.printOne(await session.engine.client.call('setup.complete', { body }, session.signal));
    })
    .requiredOption('--token <token>', 'what the link that "domus up" printed ends with')
    .option('--name <name>', 'how the administrator is called', 'admin')
    .option('--password-stdin', 'the password is the first line of stdin');
}
