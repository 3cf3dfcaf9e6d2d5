using System.Text;
using System.Text.Json;
using Qbitel.Protocols.Fix;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fix;

public sealed class FixFrameTests
{
    // The textbook Logon, which an earlier code base of this product's name refused.
    private static readonly byte[] Logon = FixText.Bytes(
        "8=FIX.4.2|9=65|35=A|49=SERVER|56=CLIENT|34=177|52=20090107-18:15:16|98=0|108=30|10=062|");

    public static readonly TheoryData<string, string, bool> Vectors = ReadVectors();

    [Theory, MemberData(nameof(Vectors))]
    public void Verdict_on_a_shared_frame_agrees(string id, string hex, bool valid)
    {
        SharedFiles.Path("samples/fix/frames.json");
        bool parsed = FixMessage.TryParse(Convert.FromHexString(hex), out FixMessage message, out ParseError error);
        bool accepted = parsed && message.Validate().All(finding => finding.Severity != Severity.Error);
        Assert.True(valid == accepted, $"{id}: {(parsed ? string.Join('\n', message.Validate()) : error.ToString())}");
    }

    [Fact]
    public void The_textbook_logon_is_read_and_valid()
    {
        FixMessage message = new FixParser("FIX.4.2").Parse(Logon);
        Assert.Equal("A", message.MessageType);
        Assert.Equal("177", message.GetField(34));
        Assert.Empty(message.Validate());
    }

    [Fact]
    public void Every_changed_byte_of_the_logon_is_refused_with_a_place()
    {
        for (int i = 0; i < Logon.Length; i++)
        {
            byte[] changed = [.. Logon];
            changed[i] ^= 0x04;
            Assert.False(FixMessage.TryParse(changed, out _, out ParseError error), $"byte {i}");
            Assert.NotNull(error.Offset);
        }
    }

    [Fact]
    public void Every_prefix_is_incomplete_and_says_how_much_is_missing()
    {
        for (int length = 0; length < Logon.Length; length++)
        {
            Assert.Equal(FrameStatus.Incomplete,
                FixFrame.TryRead(Logon.AsSpan(0, length), out _, out ParseError? error));
            Assert.True(error!.IsIncomplete);
            Assert.InRange(error.BytesNeeded!.Value, 1, Math.Max(16, Logon.Length - length));
        }
    }

    [Theory]
    [InlineData("9=66", "Fix.BodyLength")]
    [InlineData("9=64", "Fix.BodyLength")]
    [InlineData("9=-5", "Fix.BodyLength")]
    [InlineData("9=0", "Fix.BodyLength")]
    [InlineData("9=999999999", "Fix.BodyLength")]
    [InlineData("9=99999999999999999999", "Fix.BodyLength")]
    [InlineData("8=65", "Fix.FieldOrder")]
    public void A_wrong_length_is_named(string field, string code)
    {
        byte[] changed = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(Logon).Replace("9=65", field,
            StringComparison.Ordinal));
        Assert.Equal(FrameStatus.Invalid, FixFrame.TryRead(changed, out _, out ParseError? error));
        Assert.Equal(code, error!.Code);
    }

    [Fact]
    public void A_wrong_checksum_names_the_right_one()
    {
        byte[] changed = [.. Logon];
        changed[^2] = (byte)'3';
        Assert.False(FixMessage.TryParse(changed, out _, out ParseError error));
        Assert.Equal(("Fix.CheckSum", "062", "063", (long?)(Logon.Length - 4)),
            (error.Code, error.Expected, error.Found, error.Offset));
    }

    [Fact]
    public void A_stream_of_messages_and_noise_is_split()
    {
        byte[] stream = [.. "noise8=FIX"u8, .. Logon, .. "8=FIX.4.4\u00019=9\u0001junk"u8, .. Logon, .. Logon,
            .. "8=FI"u8];
        List<int> starts = [];
        int at = 0;
        while (at < stream.Length)
        {
            FrameStatus status = FixFrame.TryRead(stream.AsSpan(at), out FixFrame frame, out _);
            if (status == FrameStatus.Incomplete) break;
            if (status == FrameStatus.Complete) starts.Add(at);
            at += status == FrameStatus.Complete ? frame.Length : FixFrame.Resynchronise(stream.AsSpan(at));
        }

        Assert.Equal(3, starts.Count);
        Assert.Equal(stream.Length - 4, at);
    }

    [Fact]
    public void Reading_fields_and_frames_does_not_allocate()
    {
        byte[] order = FixText.Frame(FixText.Order);
        int Walk()
        {
            if (FixFrame.TryRead(order, out FixFrame frame, out _) != FrameStatus.Complete) return 0;
            FixReader reader = new(order.AsSpan(0, frame.Length));
            int sum = 0;
            while (reader.Read()) sum += reader.Tag + reader.Value.Length;
            return sum;
        }

        Assert.True(Walk() > 0);
        Assert.Equal(0, Allocation.Least(() => Walk()));
    }

    private static TheoryData<string, string, bool> ReadVectors()
    {
        if (!SharedFiles.TryFind("samples/fix/frames.json", out string path))
        {
            return new() { { "absent", "00", false } };
        }

        TheoryData<string, string, bool> rows = [];
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (JsonElement vector in document.RootElement.GetProperty("vectors").EnumerateArray())
        {
            rows.Add(vector.GetProperty("id").GetString()!, vector.GetProperty("hex").GetString()!,
                vector.GetProperty("valid").GetBoolean());
        }

        return rows;
    }
}
