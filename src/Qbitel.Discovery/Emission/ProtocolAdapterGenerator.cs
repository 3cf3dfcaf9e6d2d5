using System.Globalization;
using Qbitel.Discovery.Grammars.Layouts;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Sessions;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Emission;

/// <summary>From a discovered protocol to code that reads and writes it, in an adapter to internal banking
/// JSON.</summary>
/// <remarks>Code is given out only after it has read messages it was not made from, and written them back byte for
/// byte. Safe for concurrent use.</remarks>
/// <param name="maxFixtures">Messages in the generated tests.</param>
public sealed class ProtocolAdapterGenerator(int maxFixtures = ProtocolAdapterGenerator.DefaultFixtures)
{
    public const int DefaultFixtures = 12;

    public const string InternalBankingFormat = "internal_banking_format";

    public const string Iso20022 = "iso20022";

    private const int Folds = 5, MaxTried = 2_000;
    private const double EnoughRead = 0.95;

    /// <param name="sourceProtocol">An unknown protocol that discovery found; known ones have their parsers.</param>
    /// <param name="targetFormat"><see cref="InternalBankingFormat"/>, or <see cref="Iso20022"/> besides, which is
    /// withheld with the reason where the meanings of the fields do not allow it.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="NotSupportedException">There is nothing to generate from, or no such target.</exception>
    public Task<GeneratedAdapter> GenerateAdapterAsync(DiscoveredProtocol sourceProtocol,
        string targetFormat = InternalBankingFormat, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sourceProtocol);
        if (sourceProtocol.Basis is not InferredProtocol inferred)
        {
            throw new NotSupportedException(
                $"{sourceProtocol.Name} is a known protocol: it has a parser, and no adapter is generated for it.");
        }

        bool hasIso20022 = IsIso20022(targetFormat);
        return Task.Run(() => Generate(inferred,
            LayoutLearner.Learn(inferred, sourceProtocol.Name, i => !IsHeldBack(i), hasOther: true), maxFixtures,
            hasIso20022, cancellationToken),
            cancellationToken);
    }

    /// <summary>With what a person said about the protocol.</summary>
    /// <exception cref="NotSupportedException">There is nothing to generate from.</exception>
    /// <exception cref="FormatException">An edit of the session cannot be applied, and why.</exception>
    public Task<GeneratedAdapter> GenerateAdapterAsync(DiscoveredProtocol sourceProtocol, DiscoverySession session,
        CancellationToken cancellationToken = default) =>
        GenerateAdapterAsync(sourceProtocol, session, InternalBankingFormat, cancellationToken);

    /// <inheritdoc cref="GenerateAdapterAsync(DiscoveredProtocol, DiscoverySession, CancellationToken)"/>
    public Task<GeneratedAdapter> GenerateAdapterAsync(DiscoveredProtocol sourceProtocol, DiscoverySession session,
        string targetFormat, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sourceProtocol);
        ArgumentNullException.ThrowIfNull(session);
        bool hasIso20022 = IsIso20022(targetFormat);
        return Task.Run(() =>
        {
            Layout layout = session.LayoutOf(sourceProtocol, out IReadOnlyList<string> left, i => !IsHeldBack(i),
                hasOther: true);
            if (left.Count > 0) throw new FormatException(string.Join("; ", left));
            return Generate((InferredProtocol)sourceProtocol.Basis!, layout, maxFixtures, hasIso20022,
                cancellationToken);
        }, cancellationToken);
    }

    private static bool IsIso20022(string targetFormat) => targetFormat is InternalBankingFormat or Iso20022
        ? targetFormat == Iso20022 : throw new NotSupportedException($"There is no target format {targetFormat}.");

    internal static GeneratedAdapter Generate(InferredProtocol inferred, string name,
        CancellationToken cancellationToken = default) =>
        Generate(inferred, LayoutLearner.Learn(inferred, name, i => !IsHeldBack(i), hasOther: true), DefaultFixtures,
            false, cancellationToken);

    internal static GeneratedAdapter Generate(InferredProtocol inferred, Layout layout,
        int maxFixtures = DefaultFixtures, bool hasIso20022 = false, CancellationToken cancellationToken = default)
    {
        List<byte[]> held = [.. Enumerable.Range(0, inferred.Samples.Count).Where(IsHeldBack).Take(MaxTried)
            .Select(i => inferred.Samples[i].Bytes.ToArray())];
        CSharpEmitter emitter = new(layout);
        string codec = emitter.Emit(), adapter = AdapterEmitter.Emit(emitter, layout);
        List<WithheldArtefact> withheld = [];
        string iso = "";
        if (hasIso20022 && !Iso20022Emitter.TryEmit(emitter, layout, out iso, out string without))
            withheld.Add(new(Iso20022, without));
        AdapterAcceptance acceptance = new(held.Count, 0, 0, 0, 0);
        string? reason = held.Count == 0 ? "there are too few messages to hold any back" : null;
        if (reason is null)
        {
            if (CompiledCodec.TryCompile(emitter.Namespace,
                iso.Length > 0 ? [codec, adapter, iso] : [codec, adapter], out CompiledCodec compiled,
                out IReadOnlyList<string> errors))
            {
                using (compiled)
                {
                    acceptance = Try(compiled, layout, held, cancellationToken);
                    if (iso.Length > 0 && WrongPayments(compiled, held) is { } wrong)
                    {
                        withheld.Add(new(Iso20022, wrong));
                        iso = "";
                    }
                }

                if (acceptance.Read < EnoughRead * acceptance.HeldBack)
                    reason = $"it reads {acceptance.Read} of {acceptance.HeldBack} messages held back";
                else if (acceptance.Rebuilt < acceptance.Read)
                    reason = $"it writes {acceptance.Rebuilt} of {acceptance.Read} messages back byte for byte";
            }
            else
            {
                reason = $"it does not compile: {errors[0]}";
            }
        }

        List<AdapterArtefact> artefacts = [];
        string file = Identifier.Snake(layout.Name, "protocol");
        if (reason is null)
        {
            artefacts.Add(new("csharp", $"{emitter.ClassName}Codec.cs", codec));
            artefacts.Add(new("csharp", $"{emitter.ClassName}Adapter.cs", adapter));
            if (iso.Length > 0) artefacts.Add(new(Iso20022, $"{emitter.ClassName}Iso20022Adapter.cs", iso));
            byte[][] fixtures = [.. held.Select(m => Covered.Of(layout, m)).OfType<byte[]>()
                .DistinctBy(Convert.ToHexString).Take(maxFixtures)];
            if (fixtures.Length > 0)
            {
                artefacts.Add(new("tests", $"{emitter.ClassName}Tests.cs",
                    TestEmitter.Emit(emitter, layout, fixtures)));
            }
            else
            {
                withheld.Add(new("tests", "no message held back can be covered and stay one"));
            }

            artefacts.Add(new("lua", $"{file}.lua", new LuaEmitter(layout).Emit()));
            if (KaitaiEmitter.TryEmit(layout, out string ksy, out string why))
                artefacts.Add(new("ksy", $"{file}.ksy", ksy));
            else
                withheld.Add(new("ksy", why));
            if (LayoutSpec.TryRead(LayoutSpec.Write(layout), out _, out string? error))
                artefacts.Add(new("spec", $"{file}.layout.json", LayoutSpec.Write(layout)));
            else withheld.Add(new("spec", error));
        }
        else
        {
            if (iso.Length > 0) withheld.Add(new(Iso20022, reason));
            foreach (string target in (string[])["csharp", "tests", "lua", "ksy", "spec"])
                withheld.Add(new(target, reason));
        }

        (int score, string explained) = Complexity(layout);
        GeneratedAdapter generated = new()
        {
            ClassName = emitter.ClassName,
            Artefacts = artefacts,
            Withheld = withheld,
            FieldMappings = [.. layout.Types.SelectMany(t => Mappings(t.Name, t.Parts, "")),
                .. artefacts.Exists(a => a.Target == Iso20022) ? Iso20022Emitter.Mappings(layout) : []],
            Acceptance = acceptance,
            ComplexityScore = score,
            ComplexityExplained = explained,
        };
        return generated with
        {
            Artefacts = [.. artefacts, new("markdown", $"{file}.md", MarkdownEmitter.Emit(layout, generated))],
        };
    }

    internal static bool IsHeldBack(int index) => index % Folds == Folds - 1;

    private static AdapterAcceptance Try(CompiledCodec compiled, Layout layout, List<byte[]> held,
        CancellationToken cancellationToken)
    {
        int read = 0, rebuilt = 0, corrupted = 0, refused = 0;
        foreach (byte[] message in held)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (compiled.RoundTrip(message, out _) is not { } written) continue;
            read++;
            if (written.AsSpan().SequenceEqual(message)
                && compiled.ReverseTransform(compiled.Transform(message)).AsSpan().SequenceEqual(message))
            {
                rebuilt++;
            }

            int place = 0;
            foreach ((_, ParsedPart part) in LayoutParser.Parse(layout, message).Fields())
            {
                if (part.Part is not LayoutField { Rule: LengthRule or CountRule or ChecksumRule }) continue;
                byte[] changed = [.. message];
                changed[part.Start + part.Length - 1 - (place % part.Length)] ^= (byte)(1 << (place % 7));
                place++;
                corrupted++;
                if (compiled.RoundTrip(changed, out _) is null) refused++;
            }
        }

        return new AdapterAcceptance(held.Count, read, rebuilt, corrupted, refused);
    }

    private static string? WrongPayments(CompiledCodec compiled, List<byte[]> held)
    {
        int payments = 0, back = 0;
        foreach (byte[] message in held)
        {
            if (compiled.RoundTrip(message, out _) is null || compiled.Iso20022(message) is not { } both) continue;
            payments++;
            if (both.Back.AsSpan().SequenceEqual(message)) back++;
        }

        return payments == 0 ? "none of the messages held back is a payment with all its values"
            : back < payments ? $"{back} of {payments} payments held back come back byte for byte" : null;
    }

    private static (int Score, string Explained) Complexity(Layout layout)
    {
        int fields = 0, ties = 0, sums = 0, chains = 0, groups = 0;
        Count(layout.Types.SelectMany(t => t.Parts));
        int score = (2 * layout.Types.Count) + fields + (2 * ties) + (3 * sums) + (3 * chains) + (2 * groups);
        return (score, string.Create(CultureInfo.InvariantCulture,
            $"{layout.Types.Count} types x 2 + {fields} fields + {ties} lengths and counts x 2 "
            + $"+ {sums} check values x 3 + {chains} chains x 3 + {groups} groups x 2"));

        void Count(IEnumerable<LayoutPart> parts)
        {
            foreach (LayoutPart part in parts)
            {
                if (part is LayoutChain chain)
                {
                    chains++;
                    Count(chain.Item);
                    continue;
                }

                if (part is LayoutGroup group)
                {
                    groups++;
                    foreach (GroupCase each in group.Cases) Count(each.Parts);
                    continue;
                }

                fields++;
                if (part is LayoutField { Rule: LengthRule or CountRule }) ties++;
                if (part is LayoutField { Rule: ChecksumRule }) sums++;
            }
        }
    }

    private static IEnumerable<FieldMapping> Mappings(string type, IReadOnlyList<LayoutPart> parts, string path)
    {
        foreach (LayoutPart part in parts)
        {
            if (part is LayoutChain chain)
            {
                foreach (FieldMapping mapping in Mappings(type, chain.Item, $"{path}{chain.Name}[]."))
                    yield return mapping;
            }
            else if (part is LayoutGroup group)
            {
                foreach (GroupCase each in group.Cases)
                {
                    string at = group.Choice is null ? $"{path}{group.Name}." : $"{path}{group.Name}({each.Name}).";
                    foreach (FieldMapping mapping in Mappings(type, each.Parts, at)) yield return mapping;
                }
            }
            else if (part is LayoutField { IsDerived: false } field)
            {
                yield return new FieldMapping(type, path + field.Name, $"fields.{path}{field.Name}", field.Semantic,
                    Math.Round(field.Confidence, 4));
            }
        }
    }
}
