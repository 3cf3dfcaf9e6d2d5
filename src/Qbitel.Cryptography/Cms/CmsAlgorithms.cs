using System.Formats.Asn1;

namespace Qbitel.Cryptography.Cms;

/// <summary>Algorithm identifiers without parameters, which all but the content cipher are here.</summary>
internal static class CmsAlgorithms
{
    public static void WriteIdentifier(AsnWriter writer, string oid)
    {
        using (writer.PushSequence()) writer.WriteObjectIdentifier(oid);
    }

    /// <summary>Parameters must be absent, or NULL as older programs write.</summary>
    public static string ReadIdentifier(AsnReader reader)
    {
        AsnReader sequence = reader.ReadSequence();
        string oid = sequence.ReadObjectIdentifier();
        if (sequence.HasData) sequence.ReadNull();
        sequence.ThrowIfNotEmpty();
        return oid;
    }

    /// <summary>The content of a ContentInfo of this type (RFC 5652, section 3).</summary>
    public static AsnReader ReadContent(ReadOnlyMemory<byte> message, string contentType)
    {
        AsnReader outer = new(message, AsnEncodingRules.BER);
        AsnReader info = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        string found = info.ReadObjectIdentifier();
        if (found != contentType)
            throw new AsnContentException($"The message is of type {found}; expected {contentType}.");

        AsnReader explicitTag = info.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true));
        info.ThrowIfNotEmpty();
        AsnReader content = explicitTag.ReadSequence();
        explicitTag.ThrowIfNotEmpty();
        return content;
    }
}
