using FsCheck;
using FsCheck.Fluent;
using Qbitel.Governance;

namespace Qbitel.Hsm.Tests;

public sealed class TokenKeyIdTests
{
    private static readonly KeyId Key = new(Guid.Parse("01998f00-0000-7000-8000-000000000001"));

    // Computed with Python's hashlib from the definition in the summary: a change of these values orphans every key in
    // every token.
    [Theory, InlineData(1, "593e1f5ee1e189d3135a85b9373c54ee"), InlineData(2, "c8333bfd658ea99ef044995e6bbd552f")]
    public void Derive_is_fixed(int version, string expected) =>
        Assert.Equal(expected, TokenKeyId.Derive(Key, version).ToString());

    [Fact]
    public void Derive_differs_by_key_and_by_version()
    {
        TokenKeyId first = TokenKeyId.Derive(Key, 1);
        Assert.NotEqual(first, TokenKeyId.Derive(Key, 2));
        Assert.NotEqual(first, TokenKeyId.Derive(new KeyId(Guid.Parse("01998f00-0000-7000-8000-000000000002")), 1));
        Assert.Equal(first, TokenKeyId.Derive(Key, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenKeyId.Derive(Key, 0));
    }

    [Fact]
    public void Parse_reads_what_ToString_writes() => Prop.ForAll<Guid>(guid =>
    {
        TokenKeyId id = TokenKeyId.Derive(new KeyId(guid), 1);
        byte[] bytes = new byte[TokenKeyId.Size];
        id.WriteTo(bytes);
        return TokenKeyId.Parse(id.ToString()) == id && new TokenKeyId(bytes) == id;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("593E1F5EE1E189D3135A85B9373C54EE")]
    [InlineData("593e1f5ee1e189d3135a85b9373c54e")]
    [InlineData("593e1f5ee1e189d3135a85b9373c54eee")]
    [InlineData("../e1f5ee1e189d3135a85b9373c54ee")]
    public void Parse_takes_one_spelling_only(string? text)
    {
        Assert.False(TokenKeyId.TryParse(text, out _));
        if (text is not null) Assert.Throws<FormatException>(() => TokenKeyId.Parse(text));
    }
}
