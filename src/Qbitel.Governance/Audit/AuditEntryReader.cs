using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Qbitel.Governance.Audit;

/// <summary>Reads one leaf: a flat object of known members. Whatever it accepts must serialise back to the same
/// bytes.</summary>
internal ref struct AuditEntryReader
{
    private Utf8JsonReader _json;
    private string? _error;
    private string? _actor, _onBehalfOf, _action, _target;
    private Guid? _id, _decisionId;
    private DateTimeOffset? _at;
    private AuditOutcome? _outcome;
    private Digest? _beforeHash, _afterHash;
    private List<Guid>? _approvalIds;
    private Dictionary<string, string>? _details;

    public static bool TryRead(
        ReadOnlySpan<byte> leaf, [NotNullWhen(true)] out AuditEntry? entry, [NotNullWhen(false)] out string? error)
    {
        entry = null;
        if (leaf.Length > AuditEntry.MaxLeafSize)
        {
            error = $"byte {AuditEntry.MaxLeafSize}: an entry is at most {AuditEntry.MaxLeafSize} bytes";
            return false;
        }

        AuditEntryReader reader = new() { _json = new Utf8JsonReader(leaf, new JsonReaderOptions { MaxDepth = 4 }) };
        try
        {
            entry = reader.Read();
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            reader._error ??= e is JsonException ? "not valid JSON"
                : e is ArgumentException ? e.Message
                : "not Unicode text";
        }

        error = reader._error is null ? null : $"byte {reader._json.TokenStartIndex}: {reader._error}";
        if (entry is not null && error is null)
        {
            int difference = entry.ToLeaf().Span.CommonPrefixLength(leaf);
            if (difference < leaf.Length || difference < entry.ToLeaf().Length)
                error = $"byte {difference}: not in canonical form";
        }

        if (error is not null) entry = null;
        return entry is not null;
    }

    private AuditEntry? Read()
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject) return Fail("expected an object");
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (!ReadMember(_json.GetString()!)) return null;
        }

        if (_json.TokenType != JsonTokenType.EndObject || _json.Read()) return Fail("expected the end of the object");
        if (_id is not { } id || _at is not { } at || _outcome is not { } outcome || _actor is null || _action is null
            || _target is null)
        {
            return Fail("'id', 'at', 'actor', 'action', 'target' and 'outcome' are required");
        }

        return new AuditEntry(
            id, at, _actor, _action, _target, outcome, _onBehalfOf, _beforeHash, _afterHash, _decisionId, _approvalIds,
            _details);
    }

    private bool ReadMember(string name)
    {
        _json.Read();
        switch (name)
        {
            case "action": return ReadText(out _action);
            case "actor": return ReadText(out _actor);
            case "onBehalfOf": return ReadText(out _onBehalfOf);
            case "target": return ReadText(out _target);
            case "afterHash": return ReadDigest(out _afterHash);
            case "beforeHash": return ReadDigest(out _beforeHash);
            case "id": return ReadGuid(out _id);
            case "decisionId": return ReadGuid(out _decisionId);
            case "approvalIds": return ReadApprovals();
            case "details": return ReadDetails();
            case "at":
                bool isInstant =
                    ReadText(out string? instant) & AuditEntry.TryParseInstant(instant ?? "", out DateTimeOffset at);
                _at = at;
                return isInstant || Fail("expected an instant such as 2026-11-24T09:00:00.000Z") is not null;
            case "outcome":
                bool isOutcome =
                    ReadText(out string? outcome) & Enum.TryParse(outcome, ignoreCase: true, out AuditOutcome parsed);
                _outcome = parsed;
                return isOutcome || Fail("expected 'done', 'refused' or 'failed'") is not null;
            case "v":
                return (_json.TokenType == JsonTokenType.Number && _json.ValueSpan.SequenceEqual("1"u8))
                    || Fail("expected the format version 1") is not null;
            default:
                return Fail("unknown member") is not null;
        }
    }

    private bool ReadText([NotNullWhen(true)] out string? text)
    {
        text = _json.TokenType == JsonTokenType.String ? _json.GetString() : null;
        return text is not null || Fail("expected a string") is not null;
    }

    private bool ReadDigest(out Digest? digest)
    {
        bool read = ReadText(out string? text) & Digest.TryParse(text, out Digest parsed);
        digest = parsed;
        return read || Fail("expected 64 lower-case hexadecimal digits") is not null;
    }

    private bool ReadGuid(out Guid? id)
    {
        bool read = ReadText(out string? text) & Guid.TryParseExact(text, "D", out Guid parsed);
        id = parsed;
        return read || Fail("expected a UUID") is not null;
    }

    private bool ReadApprovals()
    {
        _approvalIds = [];
        if (_json.TokenType != JsonTokenType.StartArray) return Fail("expected an array") is not null;
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (!ReadGuid(out Guid? id)) return false;
            _approvalIds.Add(id.GetValueOrDefault());
        }

        return true;
    }

    private bool ReadDetails()
    {
        _details = new Dictionary<string, string>(StringComparer.Ordinal);
        if (_json.TokenType != JsonTokenType.StartObject) return Fail("expected an object") is not null;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            string name = _json.GetString()!;
            _json.Read();
            if (!ReadText(out string? value)) return false;
            if (!_details.TryAdd(name, value)) return Fail("a detail is named twice") is not null;
        }

        return true;
    }

    private AuditEntry? Fail(string error)
    {
        _error ??= error;
        return null;
    }
}
