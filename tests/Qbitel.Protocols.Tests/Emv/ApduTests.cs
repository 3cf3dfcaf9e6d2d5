using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Emv.Apdu;

namespace Qbitel.Protocols.Tests.Emv;

public sealed class ApduTests
{
    private static readonly string Long = new('0', 2 * 256);

    public static readonly TheoryData<string, ApduCase, int, int?> Commands = new()
    {
        { "00A40400", ApduCase.One, 0, null },
        { "00B2010C00", ApduCase.Two, 0, 256 },
        { "00B2010C20", ApduCase.Two, 0, 32 },
        { "0082000002AABB", ApduCase.Three, 2, null },
        { "80A800000283 00 00", ApduCase.Four, 2, 256 },
        { "80A80000 02 8300 10", ApduCase.Four, 2, 16 },
        { "00B0000000 0000", ApduCase.Two, 0, 65536 },
        { "00B0000000 0100", ApduCase.Two, 0, 256 },
        { "00D60000 000002 AABB", ApduCase.Three, 2, null },
        { "00D60000 000002 AABB 0000", ApduCase.Four, 2, 65536 },
        { "00D60000 000002 AABB 0001", ApduCase.Four, 2, 1 },
        { "00D60000 000100 " + Long, ApduCase.Three, 256, null },
    };

    [Theory, MemberData(nameof(Commands))]
    public void A_command_is_of_one_of_four_cases_short_and_extended(string hex, ApduCase kind, int data, int? expected)
    {
        byte[] bytes = EmvText.Bytes(hex);
        CommandApdu command = CommandApdu.Parse(bytes);

        Assert.Equal((kind, data, expected), (command.Case, command.Data.Length, command.Expected));
        Assert.Equal(bytes, command.ToBytes());
        Assert.Equal(bytes[command.DataOffset..(command.DataOffset + data)], command.Data.ToArray());
    }

    [Theory]
    [InlineData("", "Apdu.Incomplete")]
    [InlineData("00A404", "Apdu.Incomplete")]
    [InlineData("FFA40400", "Apdu.Command")]
    [InlineData("00A4040002AA", "Apdu.Incomplete")]
    [InlineData("00A4040002AABBCCDD", "Apdu.Command")]
    [InlineData("00A40400 0000", "Apdu.Incomplete")]
    [InlineData("00A40400 000000 AA", "Apdu.Command")]
    [InlineData("00A40400 00FFFF AA", "Apdu.Incomplete")]
    [InlineData("00A40400 000001 AA BB", "Apdu.Command")]
    public void What_is_no_command_has_a_place(string hex, string code)
    {
        Assert.False(CommandApdu.TryParse(EmvText.Bytes(hex), out _, out ParseError error));
        Assert.Equal((code, code == "Apdu.Incomplete"), (error.Code, error.IsIncomplete));
        Assert.InRange(error.Offset!.Value, 0, 4);
    }

    [Fact]
    public void Every_command_that_can_be_made_is_read_again()
    {
        Gen<(byte[] Data, int Expected)> commands = from data in ArbMap.Default.GeneratorFor<byte[]>()
                                                    from times in Gen.Elements(1, 1, 1, 300)
                                                    from expected in Gen.Choose(0, 70_000)
                                                    select ((byte[])[.. Enumerable.Repeat(data, times).SelectMany(b
                                                        => b)], expected);
        Prop.ForAll(commands.ToArbitrary(), each =>
        {
            int? ne = each.Expected is 0 or > 65_536 ? null : each.Expected;
            CommandApdu made = CommandApdu.Create(0x80, 0xAE, 1, 2, each.Data, ne);
            CommandApdu read = CommandApdu.Parse(made.ToBytes());
            return read.Expected == ne && read.Data.Span.SequenceEqual(each.Data) && read.IsExtended == made.IsExtended
                && read.ToBytes().AsSpan().SequenceEqual(made.ToBytes());
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0x9000, "done", true)]
    [InlineData(0x611C, "done, 28 bytes wait to be fetched", true)]
    [InlineData(0x6100, "done, 256 bytes wait to be fetched", true)]
    [InlineData(0x6C1C, "wrong length, 28 bytes are there", false)]
    [InlineData(0x63C2, "wrong, 2 tries left", false)]
    [InlineData(0x63C0, "wrong, 0 tries left", false)]
    [InlineData(0x6283, "warning, the application is blocked", false)]
    [InlineData(0x6A82, "the application or file is not there", false)]
    [InlineData(0x6985, "the conditions of use are not met", false)]
    [InlineData(0x6FFF, "failed, without a reason", false)]
    [InlineData(0x9123, "a status of the application's own", false)]
    [InlineData(0x1234, "no status", false)]
    public void A_status_is_told_in_words(int value, string words, bool isDone)
    {
        StatusWord status = new((ushort)value);
        Assert.Equal((words, isDone), (status.InWords, status.IsDone));
    }

    [Theory]
    [InlineData("9000", 0, null)]
    [InlineData("AABB6A83", 2, null)]
    [InlineData("90", 0, "Apdu.Incomplete")]
    [InlineData("AABB1400", 0, "Apdu.Status")]
    [InlineData("6000", 0, "Apdu.Status")]
    public void A_response_ends_with_a_status(string hex, int data, string? code)
    {
        bool isRead = ResponseApdu.TryParse(EmvText.Bytes(hex), out ResponseApdu response, out ParseError error);

        Assert.Equal(code, error?.Code);
        if (!isRead) return;
        Assert.Equal(data, response.Data.Length);
        Assert.Equal(EmvText.Bytes(hex), response.ToBytes());
    }

    [Theory]
    [InlineData("0000 05 00A4040000 A5", "block 0", 5)]
    [InlineData("0060 02 9000 F2", "block 1, more follow", 2)]
    [InlineData("0090 00 90", "awaits block 1", 0)]
    [InlineData("0081 00 81", "awaits block 0, the check was wrong", 0)]
    [InlineData("00C1 01 FE 3E", "size of information asked for", 1)]
    [InlineData("00E3 01 04 E6", "more time granted", 1)]
    public void A_block_of_T1_is_held_to_its_check(string hex, string words, int size)
    {
        byte[] bytes = EmvText.Bytes(hex);
        Assert.True(TransmissionBlock.TryParse(bytes, out TransmissionBlock block, out _));
        Assert.Equal((words, size), (block.InWords, block.Information.Length));
        Assert.Equal(bytes, block.ToBytes());

        bytes[^1] ^= 1;
        Assert.False(TransmissionBlock.TryParse(bytes, out _, out ParseError error));
        Assert.Equal("Apdu.Block", error.Code);
        Assert.False(TransmissionBlock.TryParse(bytes.AsMemory(0, 2), out _, out error));
        Assert.True(error.IsIncomplete);
    }
}
