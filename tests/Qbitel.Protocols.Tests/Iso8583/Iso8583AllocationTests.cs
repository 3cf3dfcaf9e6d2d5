using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Coding;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Iso8583;

/// <summary>Reading, scanning and writing on the wire path allocate nothing.</summary>
public sealed class Iso8583AllocationTests
{
    private static readonly Iso8583Profile Profile = Iso8583Profile.Shipped("1987-bcd");

    private static byte[] Message()
    {
        Span<byte> buffer = stackalloc byte[512];
        return buffer[..Write(buffer)].ToArray();
    }

    /// <summary>Twenty fields.</summary>
    private static int Write(Span<byte> buffer)
    {
        _ = Mti.TryParse("0200", out Mti mti);
        Iso8583Writer writer = new(buffer, Profile, Profile.Encoding, mti);
        writer.Add(2, "4761739001010119");
        writer.Add(3, "000000");
        writer.Add(4, "000000001250");
        writer.Add(7, "1124093000");
        writer.Add(11, "123456");
        writer.Add(12, "093000");
        writer.Add(13, "1124");
        writer.Add(14, "2812");
        writer.Add(18, "5411");
        writer.Add(22, "051");
        writer.Add(25, "00");
        writer.Add(32, "12345");
        writer.Add(35, "4761739001010119=28122010000000000");
        writer.Add(37, "632809123456");
        writer.Add(41, "TERM0001");
        writer.Add(42, "MERCHANT 000001");
        writer.Add(49, "978");
        writer.Add(52, "0123456789ABCDEF");
        writer.Add(60, "ADDITIONAL");
        writer.Add(102, "DE15288040723862551184");
        return writer.Complete();
    }

    private static int Locate(ReadOnlySpan<byte> bytes)
    {
        Span<Iso8583Slice> slices = stackalloc Iso8583Slice[Iso8583Reader.MaximumFields];
        return Iso8583Reader.TryLocate(bytes, Profile, Profile.Encoding, slices, out int fields, out _, out _)
            == FrameStatus.Complete ? fields : -1;
    }

    private static int Scan(ReadOnlySpan<byte> bytes) =>
        Iso8583Reader.TryScan(bytes, Profile, Profile.Encoding, 11, out Iso8583Slice slice, out _) ? slice.Number : -1;

    [Fact]
    public void Twenty_fields_are_located_scanned_and_written_without_an_allocation()
    {
        byte[] bytes = Message();
        byte[] buffer = new byte[512];
        Assert.Equal((20, 11, bytes.Length), (Locate(bytes), Scan(bytes), Write(buffer)));
        foreach (Func<int> each in (Func<int>[])[() => Locate(bytes), () => Scan(bytes), () => Write(buffer)])
        {
            Assert.Equal(0, Allocation.Least(() => each()));
        }
    }

    [Fact]
    public void A_profile_that_met_many_encodings_keeps_few_and_its_own()
    {
        var profile = Iso8583Profile.Load(new MemoryStream("""
            { "name": "many", "extends": "1987-bcd" }
            """u8.ToArray()));
        Iso8583Plan own = profile.PlanFor(profile.Encoding);
        foreach (Iso8583Header header in Enum.GetValues<Iso8583Header>())
        {
            foreach (Iso8583Routing routing in Enum.GetValues<Iso8583Routing>())
            {
                for (int unit = 0; unit < 4; unit++)
                {
                    Iso8583Encoding other = new(header, Iso8583Bitmap.Hex)
                    {
                        Routing = routing,
                        Unit = (LengthUnit)unit,
                    };
                    Assert.Same(profile.PlanFor(other), profile.PlanFor(other));
                    Assert.Same(own, profile.PlanFor(profile.Encoding));
                }
            }
        }

        Assert.Same(own, profile.PlanFor(profile.Encoding));
    }

    [Fact]
    public void What_the_writer_writes_is_what_the_builder_builds()
    {
        Assert.True(Iso8583Message.TryParse(Message(), Profile, null, out Iso8583Message message, out _));
        Iso8583Builder builder = new(message.Mti, Profile);
        foreach (Iso8583Slice slice in message.Fields) builder.Set(slice.Number, message[slice.Number]!);
        Assert.Equal(message.ToBytes(), builder.Build().ToBytes());
    }

    [Fact]
    public void The_writer_refuses_what_does_not_fit()
    {
        Assert.True(Mti.TryParse("0200", out Mti mti));
        foreach ((int number, string value) in ((int, string)[])[(3, "12345"), (11, "12345X"), (65, "1"), (52, "01"),
            (2, "12345678901234567890"), (129, "1")])
        {
            Assert.Throws<ArgumentException>(() =>
            {
                Iso8583Writer writer = new(new byte[512], Profile, Profile.Encoding, mti);
                writer.Add(number, value);
            });
        }

        Assert.Throws<ArgumentException>(() =>
        {
            Iso8583Writer writer = new(new byte[512], Profile, Profile.Encoding, mti);
            writer.Add(11, "000001");
            writer.Add(3, "000000");
        });
    }

    [Fact]
    public void One_field_is_read_also_where_a_later_one_is_broken()
    {
        byte[] bytes = Message();
        byte[] cut = bytes[..^10];
        Assert.Equal(-1, Locate(cut));
        Assert.Equal(11, Scan(cut));
    }
}
