using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Emv.Apdu;

namespace Qbitel.Protocols.Tests.Emv;

/// <summary>What reading costs: bytes, which do not depend on the machine.</summary>
public sealed class EmvAllocationTests
{
    [Fact]
    public void Data_objects_are_walked_and_lists_are_filled_without_an_allocation()
    {
        byte[] field = EmvText.Bytes(EmvText.Field55);
        Assert.True(DataObjectList.TryParse(EmvText.Bytes("9F02069F03069F1A0295055F2A029A039C019F3704"),
            out DataObjectList list, out _));
        byte[] filled = new byte[list.Size];
        int objects = Work();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) objects += Work();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(1001 * 32, objects);

        int Work()
        {
            int count = 0;
            BerTlvReader reader = new(field);
            while (reader.TryRead(out _)) count++;
            Assert.True(list.TryFill(field, filled, out _));
            return count;
        }
    }

    [Fact]
    public void A_command_and_a_response_are_views_of_their_bytes()
    {
        byte[] command = EmvText.Bytes("00A4040007A000000003101000"), response = EmvText.Bytes("9F360200019000");
        for (int i = 0; i < 10; i++) _ = CommandApdu.Parse(command).Data.Length + ResponseApdu.Parse(response).Data.Length;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) _ = CommandApdu.Parse(command).Data.Length + ResponseApdu.Parse(response).Data.Length;

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 1000, 1, 256);
    }
}
