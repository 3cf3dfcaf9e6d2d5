using FsCheck;
using FsCheck.Fluent;
using Qbitel.Governance.Audit;

namespace Qbitel.Governance.Tests.Audit;

public sealed class CheckpointTests
{
    [Fact]
    public void The_example_of_the_specification_is_read()
    {
        string text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        Assert.True(Checkpoint.TryParse(text, out Checkpoint? checkpoint, out _));
        Assert.Equal("example.com/behind-the-sofa", checkpoint.Origin);
        Assert.Equal(20852163, checkpoint.Size);
        Assert.Equal("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62", checkpoint.Root.ToString());
        Assert.Equal(text, checkpoint.ToText());
    }

    [Theory]
    [InlineData("", "three lines")]
    [InlineData("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", "three lines")]
    [InlineData("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nextension\n", "three lines")]
    [InlineData("\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 1")]
    [InlineData("a b\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 1")]
    [InlineData("a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 2")]
    [InlineData("a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 2")]
    [InlineData("a\n9223372036854775808\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 2")]
    [InlineData("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", "line 3")]
    [InlineData("a\n1\nAAAA\n", "line 3")]
    public void A_malformed_checkpoint_is_refused_with_its_line(string text, string place)
    {
        Assert.False(Checkpoint.TryParse(text, out _, out string? error));
        Assert.Contains(place, error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_is_read() =>
        Prop.ForAll(ArbMap.Default.ArbFor<PositiveInt>(), ArbMap.Default.ArbFor<byte[]>(), (size, content) =>
        {
            Checkpoint checkpoint = new("bank.example/audit", (long)size.Get * int.MaxValue, Digest.Of(content));
            return Checkpoint.TryParse(checkpoint.ToText(), out Checkpoint? read, out _) && read == checkpoint;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_ends_in_a_checkpoint_or_an_error() =>
        Prop.ForAll<NonNull<string>>(
            text => Checkpoint.TryParse(text.Get, out Checkpoint? c, out string? error)
                ? c is not null : error is not null)
            .QuickCheckThrowOnFailure();
}
