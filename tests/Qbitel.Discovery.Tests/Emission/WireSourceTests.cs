using System.Reflection;
using System.Runtime.Loader;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Qbitel.Discovery.Emission;

namespace Qbitel.Discovery.Tests.Emission;

/// <summary>What generated parsers show of bytes is what people write, and comes back to the same bytes.</summary>
public sealed class WireSourceTests
{
    private static readonly Type Wire = Compiled();

    [Theory]
    [InlineData("zoned-ascii", "303031323B", "0x303031323B")]
    [InlineData("zoned-ascii", "303031327B", "+00120")]
    [InlineData("zoned-ascii", "303031327D", "-00120")]
    [InlineData("zoned-ascii", "3030313241", "+00121")]
    [InlineData("zoned-ascii", "3030313249", "+00129")]
    [InlineData("zoned-ascii", "303031324A", "-00121")]
    [InlineData("zoned-ascii", "3030313252", "-00129")]
    [InlineData("zoned-ascii", "3030313235", "00125")]
    [InlineData("zoned-ascii", "3030314935", "0x3030314935")]
    [InlineData("zoned-ebcdic", "F0F0F1F2C0", "+00120")]
    [InlineData("zoned-ebcdic", "F0F0F1F2D9", "-00129")]
    [InlineData("zoned-ebcdic", "F0F0F1F2F5", "00125")]
    [InlineData("zoned-ebcdic", "F0F0F1F2CA", "0xF0F0F1F2CA")]
    [InlineData("packed", "12345D", "-12345")]
    public void Decimals_are_shown_with_their_sign(string type, string hex, string shown)
    {
        Assert.Equal(shown, Show(type, Convert.FromHexString(hex)));
        Assert.Equal(hex, Convert.ToHexString(Hidden(type, shown)));
    }

    [Fact]
    public void Any_bytes_of_any_type_come_back()
    {
        string[] types = ["zoned-ascii", "zoned-ebcdic", "packed", "bcd", "digits", "ebcdic-digits", "ebcdic"];
        Gen<byte[]> likely =
            Gen.Elements([.. "0123456789{}AIJR+-x"u8.ToArray(), .. (byte[])[0xF0, 0xF9, 0xC0, 0xC9, 0xD0, 0xD9, 0x0C]])
            .ArrayOf();
        Gen<byte[]> any = Gen.OneOf(likely, ArbMap.Default.GeneratorFor<byte[]>());
        Prop.ForAll(Gen.Elements(types).ToArbitrary(), any.ToArbitrary(),
            (type, bytes) => Assert.Equal(bytes, Hidden(type, Show(type, bytes))))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    private static string Show(string type, byte[] bytes) =>
        (string)Wire.GetMethod("Show")!.Invoke(null, [type, bytes])!;

    private static byte[] Hidden(string type, string text) =>
        (byte[])Wire.GetMethod("Hidden")!.Invoke(null, [type, text])!;

    private static Type Compiled()
    {
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        var compilation = CSharpCompilation.Create(
            "Wire", [CSharpSyntaxTree.ParseText("#nullable enable\n" + WireSource.Text)],
            platform.Split(Path.PathSeparator).Select(p => MetadataReference.CreateFromFile(p)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using MemoryStream image = new();
        Assert.True(compilation.Emit(image).Success);
        image.Position = 0;
        return new AssemblyLoadContext("wire").LoadFromStream(image).GetType("Wire")!;
    }
}
