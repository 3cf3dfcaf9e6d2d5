using System.Text.Json;
using Qbitel.Protocols.Layouts;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Emission;

/// <summary>The compiler of Kaitai Struct, as <c>build/kaitai.sh</c> fetches it, and parsers it makes.</summary>
internal static class Kaitai
{
    // Compiles a description for JavaScript with its notes of where each attribute was read, parses a message a line,
    // and prints the stretches of the attributes that are no types, or what went wrong.
    private const string Script = """
        const fs = require('fs'), Compiler = require('kaitai-struct-compiler'), yaml = require('js-yaml');
        const spec = yaml.load(fs.readFileSync(process.argv[2], 'utf8'));
        const KaitaiStream = require('kaitai-struct/KaitaiStream');
        const compile = (Compiler.compile ? Compiler : new Compiler()).compile;
        compile('javascript', spec, null, true).then(files => {
          const space = {};
          for (const name of Object.keys(files)) new Function('exports', 'require', files[name])(space, require);
          let Parser = Object.values(space)[0];
          if (typeof Parser !== 'function') Parser = Object.values(Parser)[0];
          for (const line of fs.readFileSync(process.argv[3], 'utf8').trim().split('\n')) {
            const leaves = [];
            const value = (v, d) => {
              if (Array.isArray(v)) v.forEach((each, i) => value(each, d.arr[i]));
              else if (v && typeof v === 'object' && v._debug) walk(v);
              else leaves.push([d.ioOffset + d.start, d.ioOffset + d.end]);
            };
            const walk = o => {
              for (const name of Object.keys(o._debug).filter(n => !n.startsWith('_') && n !== 'typeKey' && n !== 'endMark'))
                value(o[name], o._debug[name]);
            };
            try {
              const bytes = new Uint8Array(Buffer.from(line, 'hex'));
              const parser = new Parser(new KaitaiStream(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)));
              parser._read();
              walk(parser);
              console.log(JSON.stringify({ leaves, read: parser.message && parser.message._debug ? parser.message._io.pos : -1 }));
            } catch (error) { console.log(JSON.stringify({ error: String(error) })); }
          }
        }, error => { console.error(String(error)); process.exit(1); });
        """;

    private static string Folder => Environment.GetEnvironmentVariable("QBITEL_KAITAI")
        ?? Path.Combine(Repository.Root, "artifacts", "kaitai");

    private static bool HasNode => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, "node")));

    public static void Require()
    {
        Assert.SkipUnless(HasNode, "node is not installed: install the package nodejs to run this comparison");
        Assert.SkipUnless(File.Exists(Path.Combine(Folder, ".complete")),
            "the Kaitai Struct compiler is not there: run build/kaitai.sh");
    }

    /// <summary>The stretches that the compiled parser found in each message; null where it refused it.</summary>
    public static async Task<IReadOnlyList<(int Start, int End)[]?>> ParseAsync(string ksy,
        IEnumerable<byte[]> messages)
    {
        string work = Directory.CreateTempSubdirectory("qbitel-ksy-").FullName;
        try
        {
            string script = Path.Combine(work, "run.js"), spec = Path.Combine(work, "spec.ksy"),
                lines = Path.Combine(work, "messages.txt");
            await File.WriteAllTextAsync(script, Script, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(spec, ksy, TestContext.Current.CancellationToken);
            await File.WriteAllLinesAsync(lines, messages.Select(Convert.ToHexString),
                TestContext.Current.CancellationToken);
            string output = await Peers.RunAsync("node", new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["NODE_PATH"] = Path.Combine(Folder, "node_modules"),
            }, script, spec, lines);
            return [.. output.TrimEnd('\n').Split('\n').Select(Leaves)];
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>That it cut a message as our own parser does.</summary>
    public static void RequireSame(Layout layout, ReadOnlyMemory<byte> message, (int Start, int End)[]? read)
    {
        Assert.NotNull(read);
        // A delimiter, of one byte, counts to the attribute before it there, and to none here.
        Assert.Equal(
            LayoutParser.Parse(layout, message).Fields().Select(f => (f.Part.Start, f.Part.Start + f.Part.Length)),
            read.OrderBy(r => r.Start).ThenBy(r => r.End), (ours, theirs) => ours.Item1 == theirs.Item1
                && (ours.Item2 == theirs.Item2 || (HasDelimiters(layout) && ours.Item2 + 1 == theirs.Item2)));
    }

    private static bool HasDelimiters(Layout layout) => layout.Types.Any(t => HasDelimiters(t.Parts));

    private static bool HasDelimiters(IReadOnlyList<LayoutPart> parts) => parts.Any(p => p switch
    {
        LayoutField field => field.Size is SizeUntil,
        LayoutChain chain => chain.Delimiter.Length > 0 || HasDelimiters(chain.Item),
        LayoutGroup group => group.Cases.Any(c => HasDelimiters(c.Parts)),
        _ => false,
    });

    private static (int, int)[]? Leaves(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.TryGetProperty("leaves", out JsonElement leaves)
            ? [.. leaves.EnumerateArray().Select(l => (l[0].GetInt32(), l[1].GetInt32()))] : null;
    }
}
