using System.Text;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Tests.FedNow;
using Qbitel.Protocols.Tests.Fedwire;
using Qbitel.Protocols.Tests.Iso20022.Profiles;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Identification;

/// <summary>Messages changed anyhow end in a report: with an error that has its place, or valid for a reason.</summary>
public sealed class RailFuzzTests(ITestOutputHelper output)
{
    private const int Gate = 3_000, Whole = 1_200_000;

    [Fact, Trait("Soak", "rails-fuzz")]
    public void Any_change_ends_in_a_located_report()
    {
        List<(string Protocol, string? Profile, byte[] Bytes)> seeds =
        [
            ("fedwire-iso20022", null, FedWireBuilderTests.Transfer("CTR").ToWireFormat()),
            ("fedwire-iso20022", null, FedWireBuilderTests.Transfer("BTR").ToWireFormat()),
            ("fednow", null, FedNowBuilderTests.Credit().ToWireFormat()),
            ("iso20022", "cbpr-sr2026", Encoding.UTF8.GetBytes(ProfileText.Cbpr)),
            ("iso20022", "sepa-sct-inst", Encoding.UTF8.GetBytes(ProfileText.Sepa)),
            .. Samples("fedwire-iso20022"), .. Samples("fednow"),
        ];
        int times = Soak.Times(Gate, Whole), valid = 0;
        ulong state = 20261124;
        for (int i = 0; i < times; i++)
        {
            (string protocol, string? profile, byte[] bytes) = seeds[i % seeds.Count];
            byte[] changed = Change(bytes, seeds[(int)(Next() % (ulong)seeds.Count)].Bytes);
            ParseOptions options = new() { Profile = profile, Mode = (ParseMode)(Next() % 3), FieldLimit = 50 };
            ParseReport report = MessageParser.Parse(changed, protocol, options);
            if (report.IsValid) valid++;
            Assert.All(report.Errors, error => Assert.True(
                error.Offset is not null || error.Line is not null || error.Path is not null, error.ToString()));
            if (i % 16 == 0) _ = MessageIdentifier.Identify(changed);
        }

        output.WriteLine($"{times} changed messages of {seeds.Count} seeds: a report for each, {valid} valid");

        byte[] Change(byte[] bytes, byte[] other)
        {
            byte[] changed = [.. bytes];
            int at = (int)(Next() % (ulong)bytes.Length), length = (int)(Next() % 40);
            int end = Math.Min(bytes.Length, at + length);
            switch (Next() % 6)
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
                default:
                    for (int flips = (int)(Next() % 8); flips >= 0; flips--)
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

    private static IEnumerable<(string, string?, byte[])> Samples(string protocol) =>
        SharedFiles.TryFind("samples/" + protocol, out string folder)
            ? Directory.EnumerateFiles(folder, "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(file => (protocol, (string?)null, File.ReadAllBytes(file)))
            : [];
}
