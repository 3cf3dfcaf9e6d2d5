using System.ComponentModel.DataAnnotations;

namespace Qbitel.Server;

/// <summary>How the console and the API are reached.</summary>
internal sealed record DoorOptions
{
    public const int DefaultPort = 7717;

    /// <summary>Port on 127.0.0.1; default 7717, 0 takes a free one.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = DefaultPort;

    /// <summary>Sign-in attempts a minute before they are refused; default 30.</summary>
    [Range(1, 10_000)]
    public int SignInsPerMinute { get; init; } = 30;
}
