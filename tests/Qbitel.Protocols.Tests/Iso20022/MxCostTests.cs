using Qbitel.Protocols.Iso20022;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Iso20022;

public sealed class MxCostTests
{
    internal static byte[] Message { get; } = Read();

    [Fact]
    public void Payment_of_four_kilobytes_is_judged_in_eight()
    {
        Assert.InRange(Message.Length, 4_000, 4_200);
        long each = Allocation.Least(Judge, enough: 8 * 1024);

        TestContext.Current.TestOutputHelper!.WriteLine($"{each} bytes a message");
        Assert.InRange(each, 1, 8 * 1024);

        static void Judge()
        {
            Assert.True(Pacs008.TryParse(Message, out Pacs008 message, out _));
            if (message.Findings.Count > 0) Assert.Fail(message.Findings[0].ToString());
        }
    }

    private static byte[] Read()
    {
        using Stream stream = typeof(MxCostTests).Assembly.GetManifestResourceStream("pacs008.xml")!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
