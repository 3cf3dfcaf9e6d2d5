using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Qbitel.Discovery.Emission;

/// <summary>Generated code, compiled in memory and ready to be tried. Only what our own emitter wrote gets
/// here.</summary>
internal sealed class CompiledCodec : IDisposable
{
    private readonly AssemblyLoadContext _context;
    private readonly MethodInfo _parse, _write, _transform, _reverse;
    private readonly Type? _iso20022;

    private CompiledCodec(AssemblyLoadContext context, Assembly assembly, string space)
    {
        _context = context;
        Type codec = assembly.GetType($"{space}.Codec", throwOnError: true)!;
        _parse = codec.GetMethod("TryParse")!;
        _write = codec.GetMethod("Write")!;
        Type adapter = assembly.GetType($"{space}.Adapter", throwOnError: true)!;
        _transform = adapter.GetMethod("Transform")!;
        _reverse = adapter.GetMethod("ReverseTransform")!;
        _iso20022 = assembly.GetType($"{space}.Iso20022Adapter");
    }

    public static bool TryCompile(string space, IReadOnlyList<string> sources, out CompiledCodec codec,
        out IReadOnlyList<string> errors)
    {
        codec = null!;
        string? platform = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string;
        if (string.IsNullOrEmpty(platform))
        {
            errors = ["the platform's assemblies are not there as files, so nothing can be compiled"];
            return false;
        }

        CSharpCompilation compilation = CSharpCompilation.Create($"{space}.Generated",
            sources.Select(s => CSharpSyntaxTree.ParseText(s, new CSharpParseOptions(LanguageVersion.CSharp12))),
            platform.Split(Path.PathSeparator)
                .Where(p => Path.GetFileName(p) is "System.Private.CoreLib.dll" or "System.Runtime.dll"
                    or "System.Collections.dll" or "System.Memory.dll" or "System.Text.Json.dll" or "System.Linq.dll"
                    or "System.Runtime.Extensions.dll" or "netstandard.dll" or "System.Private.Xml.dll"
                    or "System.Private.Xml.Linq.dll" or "System.Xml.ReaderWriter.dll" or "System.Xml.XDocument.dll"
                    or "System.Text.RegularExpressions.dll" or "System.Text.Encoding.Extensions.dll")
                .Select(p => MetadataReference.CreateFromFile(p)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable, deterministic: true, checkOverflow: true));
        using MemoryStream image = new();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(image);
        errors = [.. result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)
            .Select(d => d.ToString()).Order(StringComparer.Ordinal).Take(20)];
        if (!result.Success) return false;

        image.Position = 0;
        AssemblyLoadContext context = new($"{space}.Generated", isCollectible: true);
        codec = new CompiledCodec(context, context.LoadFromStream(image), space);
        return true;
    }

    /// <returns>The message written again; null where it does not read.</returns>
    public byte[]? RoundTrip(byte[] message, out IReadOnlyList<string> problems)
    {
        object?[] arguments = [message, null, null];
        bool isRead = (bool)_parse.Invoke(null, arguments)!;
        problems = (string[])arguments[2]!;
        return isRead ? (byte[])_write.Invoke(null, [arguments[1]])! : null;
    }

    public string Transform(byte[] message) => (string)_transform.Invoke(null, [message])!;

    public byte[] ReverseTransform(string json) => (byte[])_reverse.Invoke(null, [json])!;

    /// <summary>There and back over ISO 20022; null where the message is no payment or has a value without a place
    /// there.</summary>
    public (string Xml, byte[] Back)? Iso20022(byte[] message)
    {
        try
        {
            var xml = (string)_iso20022!.GetMethod("Transform")!
                .Invoke(null, [message, "M1", DateTimeOffset.UnixEpoch])!;
            return (xml, FromIso20022(xml));
        }
        catch (TargetInvocationException refused) when (refused.InnerException is ArgumentException)
        {
            return null;
        }
    }

    public byte[] FromIso20022(string xml) => (byte[])_iso20022!.GetMethod("ReverseTransform")!.Invoke(null, [xml])!;

    public void Dispose() => _context.Unload();
}
