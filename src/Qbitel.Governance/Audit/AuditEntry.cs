using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Qbitel.Governance.Audit;

/// <summary>How an audited action ended.</summary>
public enum AuditOutcome
{
    /// <summary>The change happened.</summary>
    Done,

    /// <summary>A policy said no; nothing changed.</summary>
    Refused,

    /// <summary>It was allowed and did not work; what changed, if anything, is in the details.</summary>
    Failed,
}

/// <summary>One thing that somebody did or was refused: a leaf of the audit log.</summary>
/// <remarks>
/// Immutable. The leaf is canonical JSON (RFC 8785) and does not depend on the entry's place in the log. Identifiers
/// that look like a card number are refused; in the values of <see cref="Details"/> such digits are masked to the last
/// four, because an action must not fail over a pasted number.
/// </remarks>
public sealed partial record AuditEntry
{
    /// <summary>The largest leaf, in bytes: a C2SP entry bundle gives lengths 16 bits.</summary>
    public const int MaxLeafSize = ushort.MaxValue;

    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private readonly byte[] _leaf;

    /// <exception cref="ArgumentException">A text is empty, holds control characters or a card number, or the leaf is
    /// too large.</exception>
    public AuditEntry(
        Guid id, DateTimeOffset at, string actor, string action, string target, AuditOutcome outcome,
        string? onBehalfOf = null, Digest? beforeHash = null, Digest? afterHash = null, Guid? decisionId = null,
        IEnumerable<Guid>? approvalIds = null, IEnumerable<KeyValuePair<string, string>>? details = null)
    {
        Id = id;
        At = new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
        Actor = actor;
        OnBehalfOf = onBehalfOf;
        Action = action;
        Target = target;
        Outcome = outcome;
        BeforeHash = beforeHash;
        AfterHash = afterHash;
        DecisionId = decisionId;
        ApprovalIds = [.. approvalIds ?? []];
        SortedDictionary<string, string> sorted = new(StringComparer.Ordinal);
        foreach ((string name, string value) in details ?? [])
        {
            ArgumentNullException.ThrowIfNull(value, nameof(details));
            if (!sorted.TryAdd(name, CardNumbers.Mask(value)))
                throw new ArgumentException("A detail is named twice.", nameof(details));
        }

        Details = sorted;
        if (Problem() is var (parameter, problem)) throw new ArgumentException(problem, parameter);

        _leaf = Serialize();
        if (_leaf.Length > MaxLeafSize)
        {
            throw new ArgumentException(
                $"The entry takes {_leaf.Length} bytes, the log holds {MaxLeafSize}: log the hash of long evidence.",
                nameof(details));
        }
    }

    /// <summary>Version 7, made by the clock of the action.</summary>
    public Guid Id { get; }

    /// <summary>UTC, to the millisecond.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Who acted: <c>user:…</c>, <c>service:…</c> or <c>automation:…</c>.</summary>
    public string Actor { get; }

    public string? OnBehalfOf { get; }

    /// <summary>Noun and verb, such as <c>key.rotate</c>.</summary>
    public string Action { get; }

    /// <summary>What it was done to, such as <c>key:019b…/v2</c>.</summary>
    public string Target { get; }

    public AuditOutcome Outcome { get; }

    /// <summary>Of the target's canonical state before the action.</summary>
    public Digest? BeforeHash { get; }

    public Digest? AfterHash { get; }

    /// <summary>The policy decision that allowed or refused it.</summary>
    public Guid? DecisionId { get; }

    public IReadOnlyList<Guid> ApprovalIds { get; }

    /// <summary>In ordinal order of names. Holds no secret and no personal data.</summary>
    public IReadOnlyDictionary<string, string> Details { get; }

    /// <summary>The canonical JSON that is hashed into the log.</summary>
    public ReadOnlyMemory<byte> ToLeaf() => _leaf;

    /// <summary>Reads a leaf; anything that is not exactly what <see cref="ToLeaf"/> writes is refused.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> leaf, [NotNullWhen(true)] out AuditEntry? entry, [NotNullWhen(false)] out string? error) =>
        AuditEntryReader.TryRead(leaf, out entry, out error);

    public bool Equals(AuditEntry? other) => other is not null && _leaf.AsSpan().SequenceEqual(other._leaf);

    public override int GetHashCode() => Id.GetHashCode();

    public override string ToString() => Encoding.UTF8.GetString(_leaf);

    internal static bool TryParseInstant(string text, out DateTimeOffset instant) =>
        DateTimeOffset.TryParseExact(
            text, InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out instant);

    private (string Parameter, string Message)? Problem()
    {
        if (Id == Guid.Empty) return ("id", "An entry needs an id.");
        if (!Enum.IsDefined(Outcome)) return ("outcome", "The outcome is unknown.");
        if (IdentifierProblem(Actor) is { } actor) return ("actor", actor);
        if (OnBehalfOf is not null && IdentifierProblem(OnBehalfOf) is { } onBehalfOf)
            return ("onBehalfOf", onBehalfOf);
        if (IdentifierProblem(Target) is { } target) return ("target", target);
        if (Action is null || !ActionPattern().IsMatch(Action))
            return ("action", "An action is named 'noun.verb', in lower case.");
        foreach ((string name, string value) in Details)
        {
            if (IdentifierProblem(name) is { } problem) return ("details", "The name of a detail: " + problem);
            if (!IsUnicode(value)) return ("details", $"The detail '{name}' holds an unpaired surrogate.");
        }

        return null;
    }

    private static string? IdentifierProblem(string? text) =>
        string.IsNullOrWhiteSpace(text) ? "It is empty."
        : text.Any(char.IsControl) ? "It holds a control character."
        : !IsUnicode(text) ? "It holds an unpaired surrogate."
        : CardNumbers.AppearIn(text) ? "It holds what looks like a card number: name the object by its id."
        : null;

    private static bool IsUnicode(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[++i])) return false;
        }

        return true;
    }

    // Names in the order RFC 8785 sorts them; what is absent is left out.
    private byte[] Serialize()
    {
        ArrayBufferWriter<byte> output = new(512);
        char before = '{';
        Member("action", Action);
        Member("actor", Actor);
        if (AfterHash is { } after) Member("afterHash", after.ToString());
        if (ApprovalIds.Count > 0) Array("approvalIds", ApprovalIds);
        Member("at", At.ToString(InstantFormat, CultureInfo.InvariantCulture));
        if (BeforeHash is { } earlier) Member("beforeHash", earlier.ToString());
        if (DecisionId is { } decision) Member("decisionId", decision.ToString("D"));
        if (Details.Count > 0) Object("details", Details);
        Member("id", Id.ToString("D"));
        if (OnBehalfOf is not null) Member("onBehalfOf", OnBehalfOf);
        Member("outcome", Outcome.ToString().ToLowerInvariant());
        Member("target", Target);
        Name("v");
        output.Write("1}"u8);
        return output.WrittenSpan.ToArray();

        void Name(string name)
        {
            Raw(before);
            CanonicalJson.WriteString(output, name);
            Raw(':');
            before = ',';
        }

        void Member(string name, string value)
        {
            Name(name);
            CanonicalJson.WriteString(output, value);
        }

        void Array(string name, IReadOnlyList<Guid> values)
        {
            Name(name);
            for (int i = 0; i < values.Count; i++)
            {
                Raw(i == 0 ? '[' : ',');
                CanonicalJson.WriteString(output, values[i].ToString("D"));
            }

            Raw(']');
        }

        void Object(string name, IReadOnlyDictionary<string, string> values)
        {
            Name(name);
            before = '{';
            foreach ((string key, string value) in values) Member(key, value);
            Raw('}');
        }

        void Raw(char c) => output.Write([(byte)c]);
    }

    [GeneratedRegex(
        @"^[a-z][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ActionPattern();
}
