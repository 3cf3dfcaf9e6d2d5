using Qbitel.Protocols.Swift;

namespace Qbitel.Protocols.Tests.Swift;

/// <summary>What reading costs: bytes, which do not depend on the machine.</summary>
public sealed class SwiftAllocationTests
{
    [Fact]
    public void An_MT103_is_read_and_judged_within_a_kilobyte()
    {
        byte[] bytes = SwiftText.Bytes();
        int findings = 0;
        for (int i = 0; i < 100; i++) findings += SwiftMessage.Parse(bytes).Validate().Count;

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) findings += SwiftMessage.Parse(bytes).Validate().Count;
        long perMessage = (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;

        Assert.Equal(0, findings);
        Assert.InRange(perMessage, 1, 1024);
    }
}
