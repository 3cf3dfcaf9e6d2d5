using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Qbitel.Governance;

namespace Qbitel.Hsm.Approvals;

/// <summary>One operation that somebody asks for, until when, and never a second time: its hash is what is signed.</summary>
public sealed record ApprovalRequest
{
    public const int NonceSize = 16;

    internal const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private const int MaxText = 512;
    private const int MaxParameters = 64;

    private readonly byte[] _bytes;

    /// <exception cref="ArgumentException">
    /// A text is empty, long or holds control characters, or the time is over before it begins.
    /// </exception>
    public ApprovalRequest(
        Guid id, ControlledOperation operation, string requester, DateTimeOffset requestedAt, DateTimeOffset expiresAt,
        ReadOnlySpan<byte> nonce)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, NonceSize, nameof(nonce));
        if (!IsPerson(requester))
            throw new ArgumentException("A request is made by a person: user:NAME.", nameof(requester));
        if (operation.Parameters.Count > MaxParameters
            || !operation.Parameters.Keys.Append(operation.Operation).Append(operation.Target).All(IsText)
            || !operation.Parameters.Values.All(value => value.Length == 0 || IsText(value)))
        {
            throw new ArgumentException(
                $"An operation has at most {MaxParameters} parameters, and texts of 1 to {MaxText} characters without "
                + "control characters.", nameof(operation));
        }

        if (expiresAt <= requestedAt) throw new ArgumentException("It expires before it begins.", nameof(expiresAt));

        Id = id;
        Operation = operation with
        {
            Parameters = new SortedDictionary<string, string>(
                operation.Parameters.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal),
        };
        Requester = requester;
        RequestedAt = Milliseconds(requestedAt);
        ExpiresAt = Milliseconds(expiresAt);
        Nonce = nonce.ToArray();
        _bytes = Serialize();
        Hash = Digest.Of(_bytes);
    }

    public Guid Id { get; }

    public ControlledOperation Operation { get; }

    /// <summary>A person, <c>user:…</c>, who does not approve it.</summary>
    public string Requester { get; }

    /// <summary>UTC, to the millisecond.</summary>
    public DateTimeOffset RequestedAt { get; }

    public DateTimeOffset ExpiresAt { get; }

    /// <summary>Makes two requests for the same thing two requests.</summary>
    public ReadOnlyMemory<byte> Nonce { get; }

    /// <summary>SHA-256 of <see cref="ToBytes"/>.</summary>
    public Digest Hash { get; }

    /// <summary>Canonical JSON (RFC 8785) of all of it.</summary>
    public ReadOnlyMemory<byte> ToBytes() => _bytes;

    /// <summary>Reads what <see cref="ToBytes"/> writes and nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ApprovalRequest? request)
    {
        request = null;
        try
        {
            Utf8JsonReader reader = new(bytes);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            JsonElement root = document.RootElement;
            ControlledOperation operation = new()
            {
                Operation = root.GetProperty("operation").GetString()!,
                Target = root.GetProperty("target").GetString()!,
                Key = root.TryGetProperty("key", out JsonElement key) ? TokenKeyId.Parse(key.GetString()!) : null,
                Parameters = root.GetProperty("parameters").EnumerateObject()
                    .ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal),
            };
            ApprovalRequest read = new(
                root.GetProperty("id").GetGuid(), operation, root.GetProperty("requester").GetString()!,
                Instant(root.GetProperty("requested_at")), Instant(root.GetProperty("expires_at")),
                Convert.FromHexString(root.GetProperty("nonce").GetString()!));
            if (!read._bytes.AsSpan().SequenceEqual(bytes)) return false;

            request = read;
            return true;
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException
            or InvalidOperationException or KeyNotFoundException)
        {
            return false;
        }
    }

    public bool Equals(ApprovalRequest? other) => other is not null && Hash == other.Hash;

    public override int GetHashCode() => Hash.GetHashCode();

    public override string ToString() => $"{Operation}, asked for by {Requester}";

    internal static bool IsPerson(string? name) =>
        name is { Length: > 5 } && name.StartsWith("user:", StringComparison.Ordinal) && IsText(name);

    internal static DateTimeOffset Milliseconds(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    internal static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture);

    internal static DateTimeOffset Instant(JsonElement text) => DateTimeOffset.ParseExact(
        text.GetString()!, InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static bool IsText(string? text) =>
        text is { Length: > 0 and <= MaxText } && !text.Any(char.IsControl) && !text.Any(char.IsSurrogate);

    private byte[] Serialize()
    {
        JsonObject parameters = [];
        foreach ((string name, string value) in Operation.Parameters) parameters[name] = value;
        JsonObject written = new()
        {
            ["v"] = 1,
            ["id"] = Id.ToString("D"),
            ["operation"] = Operation.Operation,
            ["target"] = Operation.Target,
            ["parameters"] = parameters,
            ["requester"] = Requester,
            ["requested_at"] = Text(RequestedAt),
            ["expires_at"] = Text(ExpiresAt),
            ["nonce"] = Convert.ToHexStringLower(Nonce.Span),
        };
        if (Operation.Key is { } key) written["key"] = key.ToString();
        return CanonicalJson.Serialize(JsonSerializer.SerializeToElement(written));
    }
}
