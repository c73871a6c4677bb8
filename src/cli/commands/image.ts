import { type Command, Option } from 'commander';
import { defaultPlatform } from '../../app/default-platform.ts';
import { jsonText } from '../../base/json-text.ts';
import { visible } from '../../base/visible.ts';
import { choiceOption, textOption } from '../context.ts';
import { mirrorOption } from '../mirror-option.ts';
import { writeOut } from '../output.ts';
import type { Register } from '../register.ts';
import { formatTable } from '../table.ts';

const formats = ['text', 'json'] as const;

/** `buildhaus image build|list|rm|verify`: the guests that runs start from. */
export function addImage(program: Command, register: Register): void {
  const image = program.command('image').description('the guests that runs start from');

  register(
    image
      .command('build')
      .description('build a guest and the snapshot its runs start from, unless it is there')
      .argument('[platform]', 'OS release with a Python', defaultPlatform)
      .option('--all', 'every platform')
      .addOption(mirrorOption()),
    async (context, platform = defaultPlatform) => {
      const { buildImages } = await import('../../app/images.ts');
      const platforms = context.options['all'] === true ? 'all' : [platform];
      await buildImages(platforms, context, textOption(context, 'mirror'));
      return 0;
    },
  );

  register(
    image
      .command('list')
      .description('every platform, and whether its guest is built')
      .addOption(new Option('--format <format>', 'form of the list').choices(formats).default('text')),
    async context => {
      const { listImages } = await import('../../sandbox/image/images.ts');
      const rows = await listImages();
      const isJson = choiceOption(context, 'format', formats) === 'json';
      await writeOut(isJson ? `${jsonText(rows, 2)}\n` : formatTable(rows));
      return 0;
    },
  );

  register(
    image.command('rm').description('remove a guest').argument('<platform>', 'OS release with a Python'),
    async (_, platform = '') => {
      const { removeImage } = await import('../../sandbox/image/images.ts');
      await removeImage(platform);
      return 0;
    },
  );

  register(
    image
      .command('verify')
      .description('compare the files of a guest with the digests recorded when it was built')
      .argument('[platform]', 'OS release with a Python', defaultPlatform),
    async (context, platform = defaultPlatform) => {
      const { verifyImage } = await import('../../sandbox/image/images.ts');
      const problems = await verifyImage(platform, context.signal);
      await writeOut(
        problems.length === 0
          ? `${visible(platform)}: intact\n`
          : problems.map(problem => `${visible(problem)}\n`).join(''),
      );
      return problems.length === 0 ? 0 : 5;
    },
  );
}
