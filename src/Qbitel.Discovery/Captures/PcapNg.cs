namespace Qbitel.Discovery.Captures;

/// <summary>Numbers of the pcapng format (draft-ietf-opsawg-pcapng) that reader and writer share.</summary>
internal static class PcapNg
{
    public const uint SectionHeaderBlock = 0x0A0D0D0A; // a palindrome, so it reads the same in both byte orders
    public const uint InterfaceDescriptionBlock = 1;
    public const uint PacketBlock = 2; // obsolete, still met
    public const uint SimplePacketBlock = 3;
    public const uint EnhancedPacketBlock = 6;

    public const uint ByteOrderMagic = 0x1A2B3C4D;

    public const ushort EndOfOptions = 0;
    public const ushort InterfaceName = 2;
    public const ushort InterfaceResolution = 9;
    public const ushort InterfaceTimeOffset = 14;

    public static int Padded(int length) => (length + 3) & ~3;
}
