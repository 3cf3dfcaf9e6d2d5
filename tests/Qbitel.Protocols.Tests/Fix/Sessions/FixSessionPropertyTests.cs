using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Fix.Sessions;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fix.Sessions;

/// <summary>Two state machines with a network between them that loses what is under way, and processes that
/// forget.</summary>
public sealed class FixSessionPropertyTests
{
    [Fact, Trait("Soak", "fix-session")]
    public void Whatever_breaks_every_message_arrives_once_and_in_order() =>
        Prop.ForAll<byte[]>(script =>
        {
            FixSessionOptions initiator = SessionSide.Between("ONE", "TWO", isInitiator: true);
            FixSessionOptions acceptor = SessionSide.Between("TWO", "ONE");
            SessionSide one = new(initiator with { ResendChunk = script.Length % 4 });
            SessionSide two = new(acceptor with { MaximumQueued = 3 + (script.Length % 5) });
            int fromOne = 0, fromTwo = 0;
            Connect(one, two);
            foreach (byte step in script)
            {
                switch (step % 12)
                {
                    case 0 or 1 or 2: one.SendOrder($"{++fromOne}"); break;
                    case 3 or 4: two.SendOrder($"{++fromTwo}"); break;
                    case 5 or 6: Deliver(one, two); break;
                    case 7 or 8: Deliver(two, one); break;
                    case 9:
                        one.Tick(TimeSpan.FromSeconds(step / 12));
                        two.Tick(TimeSpan.FromSeconds(step / 12));
                        break;
                    case 10:
                        Drop(one, two);
                        Connect(one, two);
                        break;
                    default:
                        Drop(one, two);
                        (step % 2 == 0 ? one : two).Crash();
                        Connect(one, two);
                        break;
                }

                Reconnect(one, two);
            }

            Settle(one, two);
            Assert.Equal(Numbers(fromOne), two.Delivered);
            Assert.Equal(Numbers(fromTwo), one.Delivered);
            Assert.Equal(one.Session.Counts.NextOutgoing, two.Session.Counts.NextIncoming);
            Assert.Equal(two.Session.Counts.NextOutgoing, one.Session.Counts.NextIncoming);
        }).QuickCheckThrowOnFailure(Soak.Times(gate: 300, soak: 100_000), maximumSize: 200);

    [Fact, Trait("Soak", "fix-session")]
    public void Any_well_framed_message_is_answered_within_bounds() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            SessionSide side = FixSessionTests.Established();
            string[] types = ["0", "1", "2", "3", "4", "5", "A", "D", "*", "j"];
            int[] tags = [7, 16, 36, 43, 112, 122, 123, 141, 45, 58, 98, 108, 789, 97, 115, 128];
            for (int at = 0; at + 4 < bytes.Length && side.EndReason is null; at += 4)
            {
                string rest = "";
                for (int i = 0; i < bytes[at] % 5; i++)
                {
                    int value = bytes[(at + i) % bytes.Length];
                    string text = value % 3 == 0 ? "Y" : $"{value % 7}";
                    rest += string.Create(CultureInfo.InvariantCulture, $"{tags[(value + i) % tags.Length]}={text}|");
                }

                side.Hear(types[bytes[at + 1] % types.Length], bytes[at + 2] % 6, rest);
                Assert.InRange(side.Sent.Count, 0, 200 + (4 * bytes.Length));
            }
        }).QuickCheckThrowOnFailure(Soak.Times(gate: 300, soak: 100_000), maximumSize: 200);

    private static void Connect(SessionSide one, SessionSide two)
    {
        two.Connect();
        one.Connect();
    }

    private static void Drop(SessionSide one, SessionSide two)
    {
        one.Sent.Clear();
        two.Sent.Clear();
        one.Disconnect();
        two.Disconnect();
    }

    private static void Reconnect(SessionSide one, SessionSide two)
    {
        if (one.EndReason is null && two.EndReason is null) return;

        Drop(one, two);
        Connect(one, two);
    }

    private static void Deliver(SessionSide from, SessionSide to)
    {
        if (from.Sent.TryDequeue(out byte[]? message)) to.Receive(message);
    }

    private static void Settle(SessionSide one, SessionSide two)
    {
        for (int round = 0; round < 400; round++)
        {
            while (one.Sent.Count + two.Sent.Count > 0)
            {
                Deliver(one, two);
                Deliver(two, one);
                if (one.EndReason is not null || two.EndReason is not null) break;
            }

            Reconnect(one, two);
            bool isQuiet = one.Sent.Count + two.Sent.Count == 0 && !one.Session.HasGap && !two.Session.HasGap
                && one.Session.Status == FixSessionStatus.Established
                && two.Session.Status == FixSessionStatus.Established
                && one.Session.Counts.NextOutgoing == two.Session.Counts.NextIncoming
                && two.Session.Counts.NextOutgoing == one.Session.Counts.NextIncoming;
            if (isQuiet) return;

            one.Tick(TimeSpan.FromSeconds(5));
            two.Tick(TimeSpan.FromSeconds(5));
        }
    }

    private static List<string> Numbers(int count) => [.. Enumerable.Range(1, count).Select(number => $"{number}")];
}

internal static class PropertyRuns
{
    public static void QuickCheckThrowOnFailure(this Property property, int runs, int maximumSize) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(runs).WithEndSize(maximumSize), property);
}
