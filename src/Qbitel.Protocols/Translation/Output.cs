using Qbitel.Protocols.Translation.Mapping;

namespace Qbitel.Protocols.Translation;

/// <summary>What a translation wrote, before it is read again and judged.</summary>
internal sealed record Output(string Protocol, string Type, ReadOnlyMemory<byte> Document, ReadOnlyMemory<byte>? Header)
{
    public static implicit operator Output(MxOutput written) => new("iso20022", written.Body.Type,
        written.Body.ToBytes(), written.Header is null ? null : new ReadOnlyMemory<byte>(written.Header.ToBytes()));
}
