using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Emv.Apdu;
using Qbitel.Testing;

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

        Assert.Equal(32, Work());
        Assert.Equal(0, Allocation.Least(() => Work()));

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
        int read = 0;
        long allocated = Allocation.Least(
            () => read += CommandApdu.Parse(command).Data.Length + ResponseApdu.Parse(response).Data.Length, 256);

        Assert.InRange(allocated, 1, 256);
        Assert.True(read > 0);
    }
}
