using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>
/// The rules of one rail in one release, on top of the schemas: which messages it takes, what they must hold, since
/// when. Immutable, thread-safe and shared.
/// </summary>
/// <remarks>
/// Rule books are licensed; a pack holds only what is publicly known, each rule with its source, and
/// <see cref="Unverified"/> says what it does not check.
/// </remarks>
public sealed class MxProfile
{
    private static readonly FrozenDictionary<string, Lazy<MxProfile>> Packs = ((string[])
        ["cbpr-sr2025", "cbpr-sr2026", "fednow-2022", "fedwire-2025", "sepa-sct", "sepa-sct-inst", "sepa-sdd-core"])
        .ToFrozenDictionary(name => name, name => new Lazy<MxProfile>(() =>
        {
            using Stream stream = Open(name);
            return Load(stream);
        }), StringComparer.Ordinal);

    private static readonly int Definition = MxNames.Of("MsgDefIdr");

    private readonly MxProfileReader _pack;
    private readonly ConcurrentDictionary<string, MxRuleTree> _trees = new(StringComparer.Ordinal);
    private readonly MxRuleTree _headerRules;

    private MxProfile(MxProfileReader pack)
    {
        _pack = pack;
        _headerRules = new MxRuleTree(pack.Rules.Where(rule => rule.Messages.Contains("header")));
    }

    /// <summary>The packs that come along.</summary>
    public static IReadOnlyList<MessageProfile> Known { get; } =
        [.. Packs.OrderBy(pack => pack.Key, StringComparer.Ordinal)
            .Select(pack => new MessageProfile(pack.Key, pack.Value.Value.Title))];

    public string Name => _pack.Name!;

    public string Title => _pack.Title;

    /// <summary>The first day it is in force, where it has one.</summary>
    public DateOnly? From => _pack.From;

    /// <summary>The last day it is in force, where it has one; the day it judges by when none is named.</summary>
    public DateOnly? Until => _pack.Until;

    /// <summary>The messages it takes, such as <c>pacs.008.001.08</c>.</summary>
    public IReadOnlyList<string> Messages => _pack.Messages;

    internal IReadOnlyList<MxRule> Rules => _pack.Rules;

    /// <summary>The codes of its rules.</summary>
    public IReadOnlyList<string> Codes => [.. _pack.Rules.Select(rule => rule.Code)
        .Concat(["Profile.MessageDefinition", "Profile.MessageType", "Profile.MessageVersion"])
        .Concat(_pack.NeedsHeader ? ["Profile.HeaderMissing"] : [])
        .Distinct().Order(StringComparer.Ordinal)];

    /// <summary>What the rail asks and this pack does not check.</summary>
    public IReadOnlyList<string> Unverified => _pack.Unverified;

    /// <summary>A pack that comes along.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static MxProfile Find(string name) => Packs.TryGetValue(name, out Lazy<MxProfile>? pack) ? pack.Value
        : throw new ArgumentException($"{name} is not one of {string.Join(", ", Known.Select(each => each.Name))}",
            nameof(name));

    /// <summary>Reads a pack of one's own: UTF-8 text as docs/formats/iso20022-profiles.md describes it.</summary>
    /// <param name="pack">Left open.</param>
    /// <exception cref="MessageFormatException">It is not a pack; the error has the line.</exception>
    public static MxProfile Load(Stream pack)
    {
        ArgumentNullException.ThrowIfNull(pack);
        MxProfileReader reader = new();
        using StreamReader text = new(pack, Encoding.UTF8, leaveOpen: true);
        reader.Read(text);
        return new MxProfile(reader);
    }

    /// <summary>Judges a message that its schema has judged already.</summary>
    /// <param name="messageType">Such as <c>pacs.008.001.08</c>.</param>
    /// <param name="root">Its Document.</param>
    /// <param name="header">Its AppHdr, where it has one.</param>
    /// <param name="options">The mode and the day; null for <see cref="ParseOptions.Default"/>.</param>
    public IReadOnlyList<Diagnostic> Check(string messageType, MxElement root, MxElement? header,
        ParseOptions? options = null)
    {
        DiagnosticList findings = new();
        Check(messageType, root, header, findings, options ?? ParseOptions.Default);
        return findings.Found;
    }

    internal void Check(string messageType, MxElement root, MxElement? header, DiagnosticList findings,
        ParseOptions options)
    {
        ArgumentNullException.ThrowIfNull(messageType);
        ArgumentNullException.ThrowIfNull(root);
        MxJudge judge = new(findings, options.Mode, options.AsOf ?? Until ?? DateOnly.MaxValue);

        // Rules are kept of what the pack names, and only of that: other types are as many as a sender likes.
        if (!_trees.TryGetValue(messageType, out MxRuleTree? rules))
        {
            if (!IsKnown(messageType, root, findings, options.Mode)) return;
            rules = TreeOf(messageType);
            if (_pack.Messages.Contains(messageType)) _trees.TryAdd(messageType, rules);
        }

        if (header is not null)
        {
            _headerRules.Walk(header, judge);
            if (header.Text.Child(header.Node, Definition) is >= 0 and int at
                && header.Of(at) is var definition && !header.Text.ValueEquals(at, messageType))
            {
                findings.Add(MxJudge.Finding("Profile.MessageDefinition", Severity.Error,
                    "the header announces another message", definition, messageType,
                    Redaction.None.Mask(definition.Value)));
            }
        }
        else if (_pack.NeedsHeader)
        {
            findings.Add(MxJudge.Finding("Profile.HeaderMissing", Severity.Error,
                "a business application header comes with every message", root, "an AppHdr", "none"));
        }

        int body = root.Text.FirstChild(root.Node);
        if (body >= 0) rules.Walk(root.Of(body), judge);
    }

    internal static bool Exists(string name) => Packs.ContainsKey(name);

    internal static Stream Open(string name) => DataTable.Open($"Iso20022/Profiles/Packs/{name}.txt");

    /// <summary>
    /// What the schema found and the rail is known to let pass, as a warning; under strict nothing is.
    /// </summary>
    internal Diagnostic Tolerate(Diagnostic finding, MxElement root, ParseMode mode)
    {
        if (mode == ParseMode.Strict || finding.Severity != Severity.Error) return finding;

        foreach ((string code, string why) in _pack.Softer)
        {
            if (finding.Code == code) return finding with { Severity = Severity.Warning, Message = why };
        }

        foreach ((string path, string why) in _pack.Tolerated)
        {
            if (finding.Path == path && root.All().FirstOrDefault(each => each.Path == path) is { Value: "" })
                return finding with { Severity = Severity.Warning, Message = why };
        }

        return finding;
    }

    public override string ToString() => Name;

    private MxRuleTree TreeOf(string messageType) => new(_pack.Rules.Where(rule =>
        !rule.Messages.Contains("header") && rule.Concerns(messageType)));

    private bool IsKnown(string messageType, MxElement root, DiagnosticList findings, ParseMode mode)
    {
        if (_pack.Messages.Count == 0 || _pack.Messages.Contains(messageType)) return true;

        string family = Family(messageType);
        string[] versions = [.. _pack.Messages.Where(each => Family(each) == family)];
        Severity severity = mode == ParseMode.Strict ? Severity.Error : _pack.OtherVersions;
        findings.Add(versions.Length > 0
            ? MxJudge.Finding("Profile.MessageVersion", severity, $"{Name} has this message in another version", root,
                string.Join(" or ", versions), messageType)
            : MxJudge.Finding("Profile.MessageType", severity, $"{Name} has no such message", root,
                "a message of the profile", messageType));
        return versions.Length > 0;
    }

    private static string Family(string messageType) =>
        messageType.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0
        && messageType.IndexOf('.', dot + 1) is var second and >= 0 ? messageType[..second] : messageType;
}
