using System.Collections.Concurrent;
using System.Collections.Immutable;
using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Fix;

/// <summary>What a message is held against: its version's table, and what the two parties have agreed on beyond it.
/// </summary>
/// <remarks>Immutable and safe to share; keep one for a session, since it keeps the tables it has made.</remarks>
public sealed class FixProfile
{
    private readonly ImmutableArray<string> _agreed;
    private readonly ConcurrentDictionary<(FixVersion, FixApplication), FixDictionary> _made = new();

    private FixDictionary? _session;

    private FixProfile(FixApplication application, ImmutableArray<string> agreed)
    {
        Application = application;
        _agreed = agreed;
    }

    /// <summary>The tables as they are; FIX 5.0 SP2 where a FIXT.1.1 message names no application version.</summary>
    public static FixProfile Standard { get; } = new(FixApplication.Fix50SP2, []);

    /// <summary>What a FIXT.1.1 message without ApplVerID (1128) is: DefaultApplVerID (1137) of the Logon.</summary>
    public FixApplication Application { get; }

    public FixProfile WithApplication(FixApplication application)
    {
        if (!Enum.IsDefined(application)) throw new ArgumentOutOfRangeException(nameof(application));
        return new FixProfile(application, _agreed);
    }

    /// <summary>Adds a tag, or gives one of the version another type.</summary>
    /// <remarks>The type is one of the standard, such as <c>String</c>, <c>Price</c> or <c>Boolean</c>; without codes
    /// any value of it is right.</remarks>
    public FixProfile WithField(int tag, string name, string type = "String", params ReadOnlySpan<string> codes)
    {
        if (tag is <= 0 or > 500_000) throw new ArgumentOutOfRangeException(nameof(tag));
        CheckWord(name);
        if (type != "float" && !Enum.TryParse(type, ignoreCase: true, out FixType _))
        {
            throw new ArgumentException($"{type} is not a data type of FIX", nameof(type));
        }

        return With($"F {tag} {name} {type}{Joined(codes)}");
    }

    /// <summary>Adds values to those a field may have.</summary>
    public FixProfile WithCodes(int tag, params ReadOnlySpan<string> codes) => With($"+V {tag}{Joined(codes)}");

    /// <summary>Adds fields to the entries of every group that a field counts, after the standard's.</summary>
    public FixProfile WithFieldsInGroup(int countTag, params ReadOnlySpan<int> tags) =>
        With($"+G {countTag} {string.Join(' ', tags.ToArray())}");

    /// <summary>Adds a group that may stand in any message; its first field begins every entry.</summary>
    public FixProfile WithGroup(int countTag, params ReadOnlySpan<int> tags)
    {
        if (tags.IsEmpty) throw new ArgumentException("a group has fields", nameof(tags));
        string id = $"agreed-{countTag}";
        return new FixProfile(Application,
            [.. _agreed, $"G {id} {countTag} {string.Join(' ', tags.ToArray())}", $"+M #{id}"]);
    }

    /// <summary>The table of a message; null where none is carried.</summary>
    internal FixDictionary? DictionaryOf(FixVersion version, FixApplication? application)
    {
        FixApplication wanted = version == FixVersion.Fixt11 ? application ?? Application
            : version == FixVersion.Fix42 ? FixApplication.Fix42 : version == FixVersion.Fix44 ? FixApplication.Fix44
            : FixApplication.Fix27;
        if (wanted is not (FixApplication.Fix42 or FixApplication.Fix44 or >= FixApplication.Fix50)
            || wanted > FixApplication.Fix50SP2)
        {
            return null;
        }

        if (_made.TryGetValue((version, wanted), out FixDictionary? made)) return made;

        string name = FixVersion.NameOf(wanted);
        string? transport = version == FixVersion.Fixt11 ? version.ToString() : null;
        return _made.GetOrAdd((version, wanted),
            _agreed.IsEmpty ? FixDictionary.Of(name, transport) : FixDictionary.With(name, transport, _agreed));
    }

    /// <summary>The table of FIXT's own messages, which are of no application version.</summary>
    internal FixDictionary Session => _session ??= _agreed.IsEmpty
        ? FixDictionary.Of("FIXT.1.1") : FixDictionary.With("FIXT.1.1", null, _agreed);

    private FixProfile With(string line) => new(Application, [.. _agreed, line]);

    private static string Joined(ReadOnlySpan<string> codes)
    {
        foreach (string code in codes) CheckWord(code);
        return codes.IsEmpty ? "" : " " + string.Join(' ', codes.ToArray());
    }

    private static void CheckWord(string word)
    {
        ArgumentException.ThrowIfNullOrEmpty(word);
        if (!word.AsSpan().ContainsAny(" :|\u0001")) return;
        throw new ArgumentException($"'{word}' is not one word", nameof(word));
    }
}
