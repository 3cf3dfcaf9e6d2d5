using System.Buffers.Binary;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Bench;

/// <summary>
/// A payer and a payee who know one another's public keys: the payer signs a message and encrypts both, the payee
/// decrypts
/// and verifies.
/// </summary>
internal abstract class PaymentLane : IDisposable
{
    private readonly SignatureKey _payer;
    private readonly SignatureKey _payerKnown; // what the payee has: the public half
    private readonly byte[] _message;

    protected PaymentLane(SignatureAlgorithm signature, int messageSize)
    {
        _payer = SignatureKeys.Generate(signature);
        _payerKnown = SignatureKeys.ImportPublic(signature, _payer.ExportPublicKey());
        _message = RandomNumberGenerator.GetBytes(messageSize);
    }

    /// <summary>One message all the way; no message is like another.</summary>
    /// <exception cref="InvalidOperationException">It did not arrive as it was sent, or its signature did not
    /// verify.</exception>
    public void Carry(long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(_message, number);
        byte[] signature = _payer.Sign(_message);
        byte[] sealedMessage = Seal([.. _message, .. signature]);

        byte[] opened = Open(sealedMessage);
        ReadOnlySpan<byte> received = opened.AsSpan(0, _message.Length);
        BenchCase.Require(received.SequenceEqual(_message), "a payment arrived changed");
        BenchCase.Require(_payerKnown.Verify(received, opened.AsSpan(_message.Length)), "a payment's signature");
    }

    /// <summary>That the lane refuses what was changed on the way, or under another's name.</summary>
    /// <exception cref="InvalidOperationException">It did not.</exception>
    public void Challenge()
    {
        byte[] signature = _payer.Sign(_message);
        signature[10] ^= 1;
        BenchCase.Require(!_payerKnown.Verify(_message, signature), "a changed signature was taken");
        byte[] sealedMessage = Seal(_message);
        sealedMessage[^1] ^= 1;
        bool refused = false;
        try
        {
            Open(sealedMessage);
        }
        catch (CryptographicException)
        {
            refused = true;
        }

        BenchCase.Require(refused, "a changed message was opened");

        // As it was sent, so that both ends go on in step.
        sealedMessage[^1] ^= 1;
        BenchCase.Require(Open(sealedMessage).AsSpan().SequenceEqual(_message), "a payment arrived changed");
    }

    public virtual void Dispose()
    {
        _payer.Dispose();
        _payerKnown.Dispose();
    }

    protected abstract byte[] Seal(ReadOnlySpan<byte> content);

    protected abstract byte[] Open(ReadOnlySpan<byte> sealedContent);
}

/// <summary>One KEM exchange when the lane opens, then AES-256-GCM under the session that HPKE derives from
/// it.</summary>
internal sealed class SessionLane : PaymentLane
{
    private readonly HpkeSender _sender;
    private readonly HpkeReceiver _receiver;

    public SessionLane(SignatureAlgorithm signature, KemAlgorithm kem, int messageSize)
        : base(signature, messageSize)
    {
        HpkeSuite suite = HpkeSuite.Of(kem);
        using KemKey payee = KemKeys.Generate(kem), known = KemKeys.ImportPublic(kem, payee.ExportEncapsulationKey());
        _sender = HpkeSender.Start(suite, known, "real-time payments"u8);
        _receiver = HpkeReceiver.Start(suite, payee, _sender.Encapsulated.Span, "real-time payments"u8);
    }

    protected override byte[] Seal(ReadOnlySpan<byte> content)
    {
        byte[] sealedContent = new byte[content.Length + HpkeSuite.TagSize];
        _sender.Seal(content, sealedContent);
        return sealedContent;
    }

    protected override byte[] Open(ReadOnlySpan<byte> sealedContent)
    {
        byte[] content = new byte[sealedContent.Length - HpkeSuite.TagSize];
        _receiver.Open(sealedContent, content);
        return content;
    }

    public override void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
        base.Dispose();
    }
}

/// <summary>A KEM exchange for every message: an envelope of HPKE each.</summary>
internal sealed class EnvelopeLane(SignatureAlgorithm signature, KemAlgorithm kem, int messageSize)
    : PaymentLane(signature, messageSize)
{
    private readonly KemKey _payee = KemKeys.Generate(kem);

    protected override byte[] Seal(ReadOnlySpan<byte> content) =>
        HybridEncryption.Seal(_payee.Algorithm, _payee.ExportEncapsulationKey(), content);

    protected override byte[] Open(ReadOnlySpan<byte> sealedContent) => HybridEncryption.Open(_payee, sealedContent);

    public override void Dispose()
    {
        _payee.Dispose();
        base.Dispose();
    }
}
