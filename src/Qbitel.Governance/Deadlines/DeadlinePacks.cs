using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using Qbitel.Governance.Inventory;

namespace Qbitel.Governance.Deadlines;

/// <summary>Deadlines as data: the packs that come with the product, those a bank writes itself, and what they say
/// about an algorithm.</summary>
public static class DeadlinePacks
{
    private const int MaxFileSize = 1024 * 1024;

    /// <summary>The packs of the product; no date is anywhere else.</summary>
    public static IReadOnlyList<DeadlinePack> All { get; } = ReadOwn();

    public static IReadOnlyList<DeadlinePack> EnabledByDefault { get; } =
        [.. All.Where(pack => pack.IsEnabledByDefault)];

    public static DeadlinePack? Find(string id) => All.FirstOrDefault(pack => pack.Id == id);

    /// <summary>What the enabled packs say about one use of an algorithm, the earliest first.</summary>
    public static IReadOnlyList<Deadline> For(
        CryptoAlgorithm algorithm, CryptoUse use, Criticality criticality, IEnumerable<DeadlinePack> enabled) =>
    [
        .. from pack in enabled
           from rule in pack.Rules
           where rule.Meets(algorithm, use, criticality)
           orderby rule.After, rule.Kind descending
           select new Deadline(pack, rule),
    ];

    /// <summary>Reads a file of packs; an error names its place in the document.</summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> json, [NotNullWhen(true)] out IReadOnlyList<DeadlinePack>? packs,
        [NotNullWhen(false)] out string? error)
    {
        packs = null;
        if (json.Length > MaxFileSize)
        {
            error = $"a file of deadlines is at most {MaxFileSize} bytes";
            return false;
        }

        try
        {
            using JsonDocument document =
                JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
            packs = DeadlineReader.Packs(document.RootElement);
            error = null;
            return true;
        }
        catch (JsonException e)
        {
            error = $"line {e.LineNumber + 1}, byte {e.BytePositionInLine}: not valid JSON";
        }
        catch (InvalidOperationException)
        {
            error = "a string holds an unpaired surrogate";
        }
        catch (FormatException e)
        {
            error = e.Message;
        }

        return false;
    }

    private static IReadOnlyList<DeadlinePack> ReadOwn()
    {
        using Stream stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream("Qbitel.Governance.Deadlines.deadlines.json")!;
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return TryParse(copy.ToArray(), out IReadOnlyList<DeadlinePack>? packs, out string? error)
            ? packs : throw new InvalidDataException(error);
    }
}
