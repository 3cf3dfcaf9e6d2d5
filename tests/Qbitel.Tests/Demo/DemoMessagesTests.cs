using System.Security.Cryptography;
using Qbitel.Demo;

namespace Qbitel.Tests.Demo;

public sealed class DemoMessagesTests
{
    // A data folder of an earlier version holds these messages, sealed: the demo opens them and compares every byte.
    [Fact]
    public void The_messages_are_those_that_earlier_demos_archived()
    {
        Assert.Equal("939b153dad3153b3e50424c407510082", Digest(DemoMessages.Mt103()));
        Assert.Equal("97c638c7620b773c61df4af124d0eb4c", Digest(DemoMessages.Pacs008()));
    }

    private static string Digest(byte[] message) => Convert.ToHexStringLower(SHA256.HashData(message))[..32];
}
