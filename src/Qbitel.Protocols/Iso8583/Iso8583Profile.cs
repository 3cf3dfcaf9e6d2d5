using System.Collections.Concurrent;

namespace Qbitel.Protocols.Iso8583;

/// <summary>
/// The field table of one dialect and how it is written. An operator's own is read with <see cref="Load"/>.
/// </summary>
/// <remarks>Immutable and safe for concurrent use.</remarks>
public sealed class Iso8583Profile
{
    /// <summary>The highest number of a field.</summary>
    internal const int MostFields = 192;

    /// <summary>A caller meets few encodings; whoever tries all of them does not fill memory.</summary>
    private const int MostPlans = 64;

    private static readonly Lazy<IReadOnlyDictionary<string, Lazy<Iso8583Profile>>> ByName = new(() =>
        DataTable.Lines("Iso8583/Specs/Shipped/shipped.txt").ToDictionary(name => name,
            name => new Lazy<Iso8583Profile>(() => Load(DataTable.Open($"Iso8583/Specs/Shipped/{name}.json"))),
            StringComparer.Ordinal));

    private readonly Iso8583FieldRule?[] _fields;
    private readonly IReadOnlyDictionary<string, int[]> _mandatory;
    private readonly ConcurrentDictionary<Iso8583Encoding, Iso8583Plan> _plans = new();
    private Iso8583Plan? _last;
    private Iso8583Plan? _own;

    internal Iso8583Profile(string name, string version, Iso8583FieldRule?[] fields,
        IReadOnlyDictionary<string, int[]> mandatory)
    {
        Name = name;
        Version = version;
        _fields = fields;
        _mandatory = mandatory;
    }

    /// <summary>ISO 8583:1987 with everything in ASCII.</summary>
    public static Iso8583Profile Ascii1987 => Shipped("1987-ascii");

    /// <summary>The names of the profiles that come with the program.</summary>
    public static IReadOnlyList<string> ShippedNames { get; } =
        [.. DataTable.Lines("Iso8583/Specs/Shipped/shipped.txt")];

    public string Name { get; }

    /// <summary>The year of the standard, which the first digit of the message type must match.</summary>
    public string Version { get; }

    /// <summary>One line for a person.</summary>
    public string Description { get; internal init; } = "";

    /// <summary>How messages are written where nothing else is said.</summary>
    public Iso8583Encoding Encoding { get; internal init; }

    /// <summary>Whether the profile says which length stands before a message; otherwise it is found out.</summary>
    internal bool StatesHeader { get; init; }

    /// <summary>Whether the profile says how bitmaps are written.</summary>
    internal bool StatesBitmap { get; init; }

    /// <summary>The fields that an answer repeats.</summary>
    internal IReadOnlyList<int> Echoed { get; init; } = [];

    internal int VersionDigit => Version switch { "1987" => 0, "1993" => 1, "2003" => 2, _ => -1 };

    internal IReadOnlyDictionary<string, int[]> AllMandatory => _mandatory;

    /// <summary>A profile that comes with the program.</summary>
    /// <exception cref="ArgumentException">It is not one of <see cref="ShippedNames"/>.</exception>
    public static Iso8583Profile Shipped(string name) =>
        ByName.Value.TryGetValue(name, out Lazy<Iso8583Profile>? profile) ? profile.Value
            : throw new ArgumentException($"{name} is not one of {string.Join(", ", ShippedNames)}", nameof(name));

    /// <summary>Reads a profile from its JSON, which docs/formats/iso8583.md describes.</summary>
    /// <exception cref="MessageFormatException">The JSON is not a profile.</exception>
    public static Iso8583Profile Load(Stream json)
    {
        ArgumentNullException.ThrowIfNull(json);
        using MemoryStream whole = new();
        json.CopyTo(whole);
        return TryLoad(whole.GetBuffer().AsSpan(0, (int)whole.Length), out Iso8583Profile profile,
            out IReadOnlyList<Diagnostic> findings)
            ? profile : throw new MessageFormatException(new ParseError(findings.FirstError()!));
    }

    /// <summary>Reads a profile and says everything that is wrong with it, each with line and column.</summary>
    public static bool TryLoad(ReadOnlySpan<byte> json, out Iso8583Profile profile,
        out IReadOnlyList<Diagnostic> findings)
    {
        Iso8583ProfileReader reader = new();
        profile = reader.Read(json)!;
        findings = reader.Findings(json);
        if (findings.FirstError() is null) return true;
        profile = null!;
        return false;
    }

    internal Iso8583FieldRule? Field(int number) => _fields[number];

    /// <summary>A field of any number; null also for numbers that no field has.</summary>
    internal Iso8583FieldRule? FieldOrNone(int number) => number is >= 2 and <= MostFields ? _fields[number] : null;

    internal Iso8583FieldRule?[] CopyFields() => [.. _fields];

    internal IReadOnlyList<int> Mandatory(Mti mti) =>
        _mandatory.TryGetValue(mti.ToString(), out int[]? fields) ? fields : [];

    internal Iso8583Plan PlanFor(Iso8583Encoding encoding)
    {
        Iso8583Plan? last = _last;
        if (last is not null && last.Encoding == encoding) return last;
        if (encoding == Encoding)
        {
            _last = _own ??= new Iso8583Plan(this, encoding);
            return _own;
        }

        if (!_plans.TryGetValue(encoding, out Iso8583Plan? plan))
        {
            // Encodings in use come back soon; those that were only tried are forgotten.
            if (_plans.Count >= MostPlans) _plans.Clear();
            _plans[encoding] = plan = new Iso8583Plan(this, encoding);
        }

        _last = plan;
        return plan;
    }
}
