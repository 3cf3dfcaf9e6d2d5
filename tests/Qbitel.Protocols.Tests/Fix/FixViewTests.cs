using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Fix;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fix;

public sealed class FixViewTests
{
    private static readonly string[] Pieces =
    [
        "44=1|", "58=text|", "95=3|", "96=abc|", "96=a|b|", "95=x|", "354=5|", "355=1|2=3|", "0=1|", "=|", "1|", "|",
        "123456789=1|", "453=2|", "448=P|", "802=1|", "523=Q|", "10=000|", "8=FIX.4.4|", "35=D|", "1128=9|", "60=x|",
        "5001=q|",
    ];

    [Fact]
    public void The_sweep_and_the_reader_find_the_same_fields()
    {
        Gen<string> bodies = Gen.ArrayOf(Gen.Elements(Pieces)).Select(pieces => "35=D|" + string.Concat(pieces));
        Prop.ForAll(bodies.ToArbitrary(), body =>
        {
            byte[] bytes = FixText.Frame(body.EndsWith('|') ? body : body + "|");
            List<FixField> fields = [];
            bool faulty = false;
            FixReader reader = new(bytes);
            while (reader.Read())
            {
                fields.Add(new FixField(reader.Tag, reader.FieldOffset, reader.ValueOffset, reader.Value.Length));
                faulty |= reader.Fault != FixFieldFault.None;
            }

            FixField[] room = new FixField[bytes.Length];
            int count = FixIndex.Read(bytes, room, out bool isFaulty);
            Assert.Equal(fields, room.Take(count));
            Assert.Equal(faulty, isFaulty);
            Assert.Equal(FixMessage.Parse(bytes).Fields, room.Take(count));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_view_is_valid_where_the_message_has_no_error()
    {
        Gen<string> bodies = from pieces in Gen.ArrayOf(Gen.Elements(Pieces))
                             from at in Gen.Choose(0, 5)
                             select at < 3 ? FixText.Order + string.Concat(pieces.Take(at))
                                 : FixText.Order[..^at] + string.Concat(pieces);
        int valid = 0;
        Prop.ForAll(bodies.ToArbitrary(), body =>
        {
            byte[] bytes = FixText.Frame(body.EndsWith('|') ? body : body + "|");
            FixField[] room = new FixField[bytes.Length];
            Assert.Equal(FrameStatus.Complete, FixView.TryRead(bytes, room, out FixView view, out _));
            foreach (ParseMode mode in Enum.GetValues<ParseMode>())
            {
                bool expected = view.ToMessage().Validate(mode).All(finding => finding.Severity != Severity.Error);
                if (expected) valid++;
                Assert.Equal(expected, view.IsValid(mode: mode));
            }
        }).QuickCheckThrowOnFailure();
        Assert.True(valid > 0);
    }

    [Fact]
    public void Reading_and_judging_does_not_allocate()
    {
        byte[] order = FixText.Frame(FixText.Order);
        byte[] report = FixText.Frame(
            "35=8|34=3|49=BRK|56=CLI|52=20261122-12:00:00|37=O|17=E|150=F|39=1|55=X|54=1|151=1|14=1|6=1|"
            + "453=2|448=P|447=D|452=1|448=Q|447=D|452=3|802=1|523=S|803=1|382=2|375=A|337=B|375=C|");
        string written = Encoding.Latin1.GetString(report);
        report = FixText.Frame(written[written.IndexOf("35=", StringComparison.Ordinal)..^7]
            .Replace('\u0001', '|')
            .Replace("453=2|448=P|447=D|452=1|448=Q|447=D|452=3|802=1|523=S|803=1|382=2|375=A|337=B|375=C|",
                "453=2|448=P|447=D|452=1|448=Q|447=D|452=3|802=1|523=S|803=1|", StringComparison.Ordinal));
        FixField[] room = new FixField[64];
        int Walk(byte[] bytes)
        {
            if (FixView.TryRead(bytes, room, out FixView view, out _) != FrameStatus.Complete) return 0;
            return view.IsValid() ? view.Fields.Length : 0;
        }

        foreach (byte[] bytes in (byte[][])[order, report])
        {
            Assert.True(Walk(bytes) > 0, string.Join('\n', FixMessage.Parse(bytes).Validate()));
            Assert.Equal(0, Allocation.Least(() => Walk(bytes)));
        }
    }

    [Fact]
    public void Values_are_found_and_a_small_room_is_refused()
    {
        byte[] order = [.. FixText.Frame(FixText.Order), .. "8=FIX"u8];
        FixField[] room = new FixField[32];
        Assert.Equal(FrameStatus.Complete, FixView.TryRead(order, room, out FixView view, out _));
        Assert.Equal(order.Length - 5, view.Bytes.Length);
        Assert.Equal("D"u8, view.MessageType);
        Assert.True(view.TryGet(44, out decimal price));
        Assert.Equal(10.5m, price);
        Assert.False(view.TryGet(55, out _));
        Assert.False(view.TryFind(9999, out _));
        Assert.Equal(FrameStatus.Invalid, FixView.TryRead(order, room.AsSpan(0, 4), out _, out ParseError? error));
        Assert.Equal("Fix.TooManyFields", error!.Code);
    }
}
