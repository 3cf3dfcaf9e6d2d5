using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Tests.Fix;

namespace Qbitel.Protocols.Tests.Identification;

public sealed class MessageIdentifierTests
{
    [Fact]
    public void Random_bytes_are_unknown() =>
        Prop.ForAll<byte[]>(bytes => !MessageIdentifier.Identify(bytes).IsKnown).QuickCheckThrowOnFailure();

    [Fact]
    public void A_fix_message_is_known_with_its_end()
    {
        byte[] order = FixText.Frame(FixText.Order);
        IdentifiedMessage found = MessageIdentifier.Identify([.. order, .. order]);
        Assert.Equal(("fix", "FIX.4.4", "D", order.Length),
            (found.Protocol, found.Version, found.MessageType, found.Consumed));
        Assert.True(found.Confidence > 0.99);
    }

    [Fact]
    public void Every_prefix_of_a_fix_message_is_unknown_and_incomplete()
    {
        byte[] order = FixText.Frame(FixText.Order);
        for (int length = 0; length < order.Length; length++)
        {
            Assert.False(MessageIdentifier.Identify(order.AsSpan(0, length)).IsKnown);
            Assert.Equal(FrameStatus.Incomplete,
                MessageIdentifier.TryReadMessage("fix", order.AsSpan(0, length), out int consumed, out _));
            Assert.Equal(0, consumed);
        }
    }

    [Fact]
    public void Any_stream_is_walked_to_its_end() =>
        Prop.ForAll<byte[]>(bytes => Assert.All(MessageIdentifier.Protocols, protocol =>
        {
            for (int at = 0; at < bytes.Length;)
            {
                FrameStatus status = MessageIdentifier.TryReadMessage(protocol, bytes.AsSpan(at), out int consumed,
                    out _);
                if (status == FrameStatus.Incomplete) break;
                Assert.InRange(consumed, 1, bytes.Length - at);
                at += consumed;
            }
        })).QuickCheckThrowOnFailure();

    [Fact]
    public void An_unknown_protocol_is_the_callers_mistake() =>
        Assert.Throws<ArgumentException>(() => MessageIdentifier.TryReadMessage("smtp", [], out _, out _));
}
