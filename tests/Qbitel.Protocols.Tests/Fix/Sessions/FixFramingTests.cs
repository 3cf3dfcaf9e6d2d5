using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Protocols.Tests.Fix.Sessions;

public sealed class FixFramingTests
{
    private static readonly byte[] Order = FixText.Frame(FixText.Order);

    [Fact]
    public void A_length_that_says_too_much_takes_the_next_message_with_it()
    {
        byte[] wrong = Replace(Order, "9=", 9);

        byte[] stream = [.. wrong, .. Order, .. Order];

        Assert.Equal(FrameStatus.Invalid, FixFraming.TryTake(stream, 1000, out int length, out _));
        Assert.Equal(wrong.Length + Order.Length, length);
    }

    [Fact]
    public void A_length_that_says_too_little_covers_its_own_message()
    {
        byte[] wrong = Replace(Order, "9=", -30);

        Assert.Equal(FrameStatus.Invalid, FixFraming.TryTake([.. wrong, .. Order], 1000, out int length, out _));
        Assert.Equal(wrong.Length, length);
    }

    [Fact]
    public void A_message_that_is_too_long_is_not_waited_for()
    {
        byte[] stream = FixText.Bytes("8=FIX.4.4|9=9000000|35=D|");

        Assert.Equal(FrameStatus.Invalid, FixFraming.TryTake(stream, 4096, out int length, out _));
        Assert.Equal(stream.Length, length);
    }

    [Fact]
    public void Whatever_comes_some_bytes_are_taken_or_more_are_needed() =>
        Prop.ForAll<byte[], byte[]>((noise, more) =>
        {
            byte[] cut = FixText.Bytes("8=FIX.4.4|9=5|35=0|10=1");
            byte[] stream = [.. noise, .. Order, .. more, .. cut, .. noise, .. Order];
            int at = 0;
            while (at < stream.Length)
            {
                FrameStatus status = FixFraming.TryTake(stream.AsSpan(at), 4096, out int length, out ParseError? error);
                if (status == FrameStatus.Incomplete) break;

                Assert.InRange(length, 1, stream.Length - at);
                Assert.Equal(status == FrameStatus.Invalid, error is not null);
                at += length;
            }
        }).QuickCheckThrowOnFailure();

    // Adds to the number after a mark, of the same width, and leaves the rest as it is.
    private static byte[] Replace(byte[] message, string mark, int by)
    {
        string text = System.Text.Encoding.Latin1.GetString(message);
        int at = text.IndexOf(mark, StringComparison.Ordinal) + mark.Length, end = text.IndexOf('\u0001', at);
        int number = int.Parse(text[at..end], System.Globalization.CultureInfo.InvariantCulture) + by;
        return System.Text.Encoding.Latin1.GetBytes($"{text[..at]}{number}{text[end..]}");
    }
}
