using Qbitel.Protocols.Swift;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Swift;

/// <summary>What reading costs: bytes, which do not depend on the machine.</summary>
public sealed class SwiftAllocationTests
{
    [Fact]
    public void An_MT103_is_read_and_judged_within_a_kilobyte()
    {
        byte[] bytes = SwiftText.Bytes();
        int findings = 0;
        long perMessage = Allocation.Least(() => findings += SwiftMessage.Parse(bytes).Validate().Count, 1024);

        Assert.Equal(0, findings);
        Assert.InRange(perMessage, 1, 1024);
    }
}
