using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Qbitel.Protocols;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.FixSessions;

/// <summary>The file of <c>qbitel fix acceptor</c> and <c>initiator</c>, as it is written; times are in seconds.
/// </summary>
internal sealed record FixConfiguration
{
    private const string Guide = "docs/guides/fix-sessions.md shows what goes into it.";

    /// <summary>Of an acceptor: address and port.</summary>
    public string? Listen { get; init; }

    /// <summary>Of an initiator: host and port.</summary>
    public string? Connect { get; init; }

    /// <summary>5 without it.</summary>
    public double? ReconnectSeconds { get; init; }

    /// <summary>The folder of the message stores, a file a session.</summary>
    public string? StoreFolder { get; init; }

    /// <summary>In place of a folder: one SQLite database for all sessions.</summary>
    public string? StoreDatabase { get; init; }

    public FixTlsEntry? Tls { get; init; }

    public required IReadOnlyList<FixSessionEntry> Sessions { get; init; }

    /// <exception cref="RefusedException">There is no file, or it says something that is not understood.</exception>
    public static FixConfiguration Read(string file)
    {
        if (!File.Exists(file)) throw new RefusedException($"There is no file {file}.", Guide);
        try
        {
            using FileStream stream = File.OpenRead(file);
            FixConfiguration read = JsonSerializer.Deserialize(stream, FixConfigurationJson.Default.FixConfiguration)
                ?? throw new JsonException("it is null");
            if (read.Sessions.Count == 0) throw new RefusedException($"{file} names no session.", Guide);
            if (read.StoreFolder is null == read.StoreDatabase is null)
                throw new RefusedException($"{file} names not exactly one of storeFolder and storeDatabase.", Guide);
            return read;
        }
        catch (JsonException wrong)
        {
            // Without the value: somebody may have written a password there.
            throw new RefusedException(
                $"{file} is not understood at {wrong.Path ?? "its beginning"}, line {wrong.LineNumber + 1}.", Guide,
                wrong);
        }
    }

    /// <exception cref="RefusedException">The address is none.</exception>
    public IPEndPoint Address => Listen is { } text && text.Contains(':', StringComparison.Ordinal)
        && IPEndPoint.TryParse(text, out IPEndPoint? address) ? address
        : throw new RefusedException($"'{Listen}' is no address and port to listen on, such as 127.0.0.1:9878.", Guide);

    /// <exception cref="RefusedException">It is none.</exception>
    public DnsEndPoint Peer
    {
        get
        {
            int colon = Connect?.LastIndexOf(':') ?? -1;
            return colon > 0 && ushort.TryParse(Connect.AsSpan(colon + 1), out ushort port) && port > 0
                ? new DnsEndPoint(Connect![..colon].Trim('[', ']'), port)
                : throw new RefusedException(
                    $"'{Connect}' is no host and port to connect to, such as fix.example:9878.", Guide);
        }
    }
}

/// <summary>Certificates of a connection, in PEM files.</summary>
internal sealed record FixTlsEntry
{
    /// <summary>Our certificate, with those that lead to its issuer; an initiator may have none.</summary>
    public string? Certificate { get; init; }

    public string? Key { get; init; }

    /// <summary>Who vouches for the peer; without it, whom the system trusts. An acceptor with it asks for a
    /// certificate.</summary>
    public string? Authority { get; init; }

    /// <summary>The name in the acceptor's certificate, where it is not the host's.</summary>
    public string? ServerName { get; init; }
}

/// <summary>One session of the file.</summary>
internal sealed record FixSessionEntry
{
    public required string Version { get; init; }

    public required string Sender { get; init; }

    public required string Target { get; init; }

    public string? SenderSub { get; init; }

    public string? TargetSub { get; init; }

    public string? DefaultApplicationVersion { get; init; }

    public double? HeartbeatSeconds { get; init; }

    /// <summary>0 for not at all looked at.</summary>
    public double? MaximumLatencySeconds { get; init; }

    public double? LogonTimeoutSeconds { get; init; }

    public double? LogoutTimeoutSeconds { get; init; }

    public double? ResendTimeoutSeconds { get; init; }

    public int ResendChunk { get; init; }

    public bool ResetOnLogon { get; init; }

    public bool ResetOnLogout { get; init; }

    public bool ResetOnDisconnect { get; init; }

    public bool UseNextExpected { get; init; }

    public string? Username { get; init; }

    /// <summary>Where the password is: file:PATH or env:NAME.</summary>
    public string? PasswordFrom { get; init; }

    /// <summary>strict, lenient (the default) or form.</summary>
    public string? Check { get; init; }

    public FixScheduleEntry? Schedule { get; init; }

    /// <exception cref="RefusedException">Something in it is not possible.</exception>
    public FixSessionOptions Options(bool isInitiator)
    {
        if (!FixVersion.TryParse(Version.AsSpan(), out FixVersion version))
            throw Wrong($"'{Version}' is not a version such as FIX.4.4 or FIXT.1.1");
        if (Sender.Length == 0 || Target.Length == 0) throw Wrong("sender and target are not empty");
        if (version == FixVersion.Fixt11 && string.IsNullOrEmpty(DefaultApplicationVersion))
            throw Wrong("FIXT.1.1 needs defaultApplicationVersion: 7, 8 or 9");

        FixSessionOptions defaults = new()
        {
            Version = version,
            Sender = Sender,
            Target = Target,
            DefaultApplicationVersion = DefaultApplicationVersion,
        };
        return defaults with
        {
            SenderSub = SenderSub,
            TargetSub = TargetSub,
            IsInitiator = isInitiator,
            DefaultApplicationVersion = DefaultApplicationVersion,
            Heartbeat = Seconds(HeartbeatSeconds, defaults.Heartbeat),
            MaximumLatency = MaximumLatencySeconds is 0 ? null
                : Seconds(MaximumLatencySeconds, TimeSpan.FromMinutes(2)),
            LogonTimeout = Seconds(LogonTimeoutSeconds, defaults.LogonTimeout),
            LogoutTimeout = Seconds(LogoutTimeoutSeconds, defaults.LogoutTimeout),
            ResendTimeout = Seconds(ResendTimeoutSeconds, defaults.ResendTimeout),
            ResendChunk = ResendChunk,
            ResetOnLogon = ResetOnLogon,
            ResetOnLogout = ResetOnLogout,
            ResetOnDisconnect = ResetOnDisconnect,
            UseNextExpected = UseNextExpected,
            Username = Username,
            Password = Password(),
            Schedule = Schedule?.Schedule(),
            Check = Check switch
            {
                "strict" => FixMessageChecks.Dictionary(defaults.Profile, ParseMode.Strict),
                "lenient" or null => null,
                "form" => FixMessageChecks.Form,
                _ => throw Wrong($"check is strict, lenient or form, not '{Check}'"),
            },
        };
    }

    private string? Password()
    {
        if (PasswordFrom is null) return null;
        string? password = PasswordFrom.StartsWith("env:", StringComparison.Ordinal)
            ? Environment.GetEnvironmentVariable(PasswordFrom[4..])
            : PasswordFrom.StartsWith("file:", StringComparison.Ordinal) ? File.ReadAllText(PasswordFrom[5..]).Trim()
            : throw Wrong("passwordFrom is file:PATH or env:NAME");
        return string.IsNullOrEmpty(password) ? throw Wrong("passwordFrom leads to nothing") : password;
    }

    private static TimeSpan Seconds(double? seconds, TimeSpan otherwise) =>
        seconds is { } given ? TimeSpan.FromSeconds(given) : otherwise;

    private RefusedException Wrong(string why) =>
        new($"The session of {Sender} and {Target}: {why}.", "Correct the configuration file.");
}

/// <summary>When a session may be up.</summary>
internal sealed record FixScheduleEntry
{
    public required TimeOnly Start { get; init; }

    public required TimeOnly End { get; init; }

    /// <summary>Such as America/New_York; UTC without it.</summary>
    public string? Zone { get; init; }

    public IReadOnlyList<DayOfWeek>? Days { get; init; }

    public DayOfWeek? FirstDay { get; init; }

    public DayOfWeek? LastDay { get; init; }

    public FixSchedule Schedule()
    {
        if (FirstDay is null != LastDay is null)
        {
            throw new RefusedException("A weekly schedule has firstDay and lastDay.",
                "Correct the configuration file.");
        }

        FixSchedule schedule = new() { Start = Start, End = End, FirstDay = FirstDay, LastDay = LastDay };
        if (Days is not null) schedule = schedule with { Days = Days };
        if (Zone is null) return schedule;
        return TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out TimeZoneInfo? zone) ? schedule with { Zone = zone }
            : throw new RefusedException($"There is no time zone '{Zone}' on this machine.",
                "Name it as the IANA database does, such as Europe/London.");
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, ReadCommentHandling = JsonCommentHandling.Skip,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FixConfiguration))]
internal sealed partial class FixConfigurationJson : JsonSerializerContext;
