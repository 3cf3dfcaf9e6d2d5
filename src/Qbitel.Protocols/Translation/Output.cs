using Qbitel.Protocols.Translation.Ends;

namespace Qbitel.Protocols.Translation;

/// <summary>What a translation wrote, before it is read again and judged.</summary>
internal sealed record Output(string Protocol, string Type, ReadOnlyMemory<byte> Document, ReadOnlyMemory<byte>? Header)
{
    public static implicit operator Output(MxOutput written) => new("iso20022", written.Body.Type,
        written.Body.ToBytes(), written.Header is null ? default(ReadOnlyMemory<byte>?)
            : new ReadOnlyMemory<byte>(written.Header.ToBytes()));

    public static implicit operator Output(MtTarget written) =>
        new("swift-mt", "MT" + written.Type, written.ToBytes(), null);
}
