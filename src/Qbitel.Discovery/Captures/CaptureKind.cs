namespace Qbitel.Discovery.Captures;

/// <summary>What an input is, by its first bytes.</summary>
internal enum CaptureKind
{
    Unknown,
    Pcap,
    PcapNg,
    JsonLines,
}
