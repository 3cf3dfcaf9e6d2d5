namespace Qbitel.Discovery.Traces;

/// <summary>What kind of input is read.</summary>
public enum InputKind
{
    /// <summary>Told by its first bytes: a capture, lines of JSON, or lines of hexadecimal digits.</summary>
    Recognised,

    /// <summary>pcap or pcapng.</summary>
    Capture,

    /// <summary>Lines of JSON.</summary>
    JsonLines,

    /// <summary>Lines of hexadecimal digits, one message each.</summary>
    HexLines,

    /// <summary>Records one after the other, as <see cref="RecordForm"/> says.</summary>
    Raw,
}
