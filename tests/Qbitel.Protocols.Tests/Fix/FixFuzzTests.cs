using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Identification;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fix;

/// <summary>Messages changed anyhow: the same verdict on every way through the code, and always with a place.</summary>
public sealed class FixFuzzTests(ITestOutputHelper output)
{
    private const int Gate = 20_000, Whole = 5_000_000;

    private static readonly string[] Bodies =
    [
        FixText.Order, FixText.Order + "453=2|448=P|447=D|452=1|802=2|523=S|803=1|523=T|803=2|448=Q|447=D|452=3|",
        "35=A|34=1|49=CLI|56=BRK|52=20261122-12:00:00|98=0|108=30|95=3|96=a|b|553=me|554=secret|1137=9|",
        "35=8|34=3|49=BRK|56=CLI|52=20261122-12:00:00|37=O|17=E|150=F|39=1|55=X|54=1|151=1|14=1|6=1|354=5|355=a|2=b|",
    ];

    [Fact, Trait("Soak", "fix-fuzz")]
    public void Any_change_ends_in_one_verdict()
    {
        using MLDsa key = ManagedMLDsa.ImportMLDsaPrivateSeed(MLDsaAlgorithm.MLDsa44, new byte[32]);
        FixParser parser = new();
        (string Version, byte[] Bytes)[] seeds =
        [
            .. from version in (string[])["FIX.4.2", "FIX.4.4", "FIXT.1.1"]
               from body in Bodies
               select (version, FixText.Frame(body, version)),
            ("FIX.4.4", FixMessage.Parse(FixText.Frame(FixText.Order)).Sign(key).ToBytes()),
        ];
        FixField[] room = new FixField[4_096];
        int times = Soak.Times(Gate, Whole), read = 0, valid = 0, verified = 0;
        ulong state = 20261124;
        for (int i = 0; i < times; i++)
        {
            (string version, byte[] seed) = seeds[(int)(Next() % (ulong)seeds.Length)];
            byte[] changed = Change(seed, seeds[(int)(Next() % (ulong)seeds.Length)].Bytes);
            int body = changed.AsSpan().IndexOf("35="u8);
            if (i % 4 != 0 && body > 0 && changed.Length > body + 20)
            {
                // Most get a true frame again, so that the change is met by the rules and not by the sum.
                changed = FixText.Reframe(changed.AsSpan(body..^7), version);
            }

            ParseMode mode = (ParseMode)(Next() % 3);
            FrameStatus status = FixView.TryRead(changed, room, out FixView view, out ParseError? error);
            if (status != FrameStatus.Complete)
            {
                Assert.NotNull(error!.Offset);
                Assert.Equal(status == FrameStatus.Incomplete, error.BytesNeeded > 0);
                Assert.InRange(FixFrame.Resynchronise(changed), 0, changed.Length);
                continue;
            }

            read++;
            FixMessage message = view.ToMessage();
            Assert.True(view.Bytes.SequenceEqual(message.ToBytes()));
            IReadOnlyList<Diagnostic> findings = message.Validate(mode);
            bool isValid = findings.All(finding => finding.Severity != Severity.Error);
            Assert.Equal(isValid, view.IsValid(mode: mode));
            if (isValid) valid++;
            Assert.All(findings, finding => Assert.NotNull(finding.Offset));
            Assert.All(findings, finding => Assert.True(finding.Tag is not ("1" or "96" or "553" or "554" or "89")
                || finding.Actual is null || finding.Actual.Contains("***", StringComparison.Ordinal),
                finding.ToString()));
            _ = message.Group(453)?.Sum(party => party.Group(802)?.Count ?? 0);
            if (parser.TryParseAndVerify(message.RawContent.Span, key, out _, out _))
            {
                verified++;
                Assert.Equal(seeds[^1].Bytes, message.ToBytes());
            }

            if (i % 16 == 0) _ = MessageParser.Parse(changed, "fix", new ParseOptions { Mode = mode, FieldLimit = 50 });
        }

        output.WriteLine($"{times} changed messages of {seeds.Length} seeds: {read} with a true frame, {valid} valid, "
            + $"{verified} with a true signature, all of them as they were signed");
        Assert.True(valid > 0 && valid < read);

        byte[] Change(byte[] bytes, byte[] other)
        {
            byte[] changed = [.. bytes];
            int at = (int)(Next() % (ulong)bytes.Length), length = (int)(Next() % 40);
            int end = Math.Min(bytes.Length, at + length);
            switch (Next() % 8)
            {
                case 0:
                    changed[at] = (byte)(Next() % 256);
                    return changed;
                case 1:
                    return changed[..at];
                case 2:
                    return [.. bytes[..at], .. bytes[end..]];
                case 3:
                    return [.. bytes[..end], .. bytes[at..]];
                case 4:
                    int from = (int)(Next() % (ulong)other.Length);
                    return [.. bytes[..at], .. other[from..Math.Min(other.Length, from + length)], .. bytes[at..]];
                case 5:
                    return changed;
                default:
                    for (int flips = (int)(Next() % 3); flips >= 0; flips--)
                        changed[(int)(Next() % (ulong)changed.Length)] ^= (byte)(1 << (int)(Next() % 8));
                    return changed;
            }
        }

        // The same changes every time: xorshift (Marsaglia 2003).
        ulong Next()
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            return state;
        }
    }
}
