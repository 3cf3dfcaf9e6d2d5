namespace Qbitel.Discovery.Tls;

/// <summary>What a probe wants next.</summary>
public enum ProbeAction
{
    /// <summary>More bytes from the server.</summary>
    Read,

    /// <summary>To send <see cref="ProbeStep.Output"/>, then more bytes.</summary>
    Write,

    /// <summary>Nothing: the report is ready, the connection can be closed.</summary>
    Done,
}

/// <summary>One step of a probe.</summary>
public readonly record struct ProbeStep(ProbeAction Action, ReadOnlyMemory<byte> Output = default);
