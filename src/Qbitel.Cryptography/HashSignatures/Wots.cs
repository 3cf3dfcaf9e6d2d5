namespace Qbitel.Cryptography.HashSignatures;

/// <summary>FIPS 205, section 5: what WOTS+ needs besides chains.</summary>
internal static class Wots
{
    /// <summary>The message in digits of four bits, and the checksum (Algorithm 7, lines 1 to 7).</summary>
    public static void Digits(ReadOnlySpan<byte> message, Span<byte> digits)
    {
        int checksum = 0;
        for (int i = 0; i < message.Length; i++)
        {
            digits[2 * i] = (byte)(message[i] >> 4);
            digits[(2 * i) + 1] = (byte)(message[i] & 0xF);
            checksum += (2 * (SlhDsaParameters.W - 1)) - digits[2 * i] - digits[(2 * i) + 1];
        }

        int end = 2 * message.Length;
        digits[end] = (byte)(checksum >> 8);
        digits[end + 1] = (byte)((checksum >> 4) & 0xF);
        digits[end + 2] = (byte)(checksum & 0xF);
    }

    /// <summary>The public key that a signature leads to (Algorithm 8). The address holds layer, tree and key
    /// pair.</summary>
    public static void PublicKeyFromSignature(
        TweakableHash hash, Address address, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, Span<byte> key)
    {
        SlhDsaParameters parameters = hash.Parameters;
        int n = parameters.N, chains = parameters.Chains;
        Span<byte> digits = stackalloc byte[chains];
        Digits(message, digits);

        // In the order of their digits, so that at every step those that move are the first ones.
        Span<byte> values = stackalloc byte[parameters.WotsSize];
        Span<Address> addresses = stackalloc Address[chains];
        Span<int> moving = stackalloc int[SlhDsaParameters.W];
        int place = 0;
        for (int digit = 0; digit < SlhDsaParameters.W; digit++)
        {
            for (int chain = 0; chain < chains; chain++)
            {
                if (digits[chain] != digit) continue;
                signature.Slice(chain * n, n).CopyTo(values[(place * n)..]);
                addresses[place++] = address with { Type = AddressType.WotsHash, Chain = (uint)chain };
            }

            moving[digit] = place;
        }

        for (uint digit = 0; digit < SlhDsaParameters.W - 1; digit++)
        {
            Span<Address> batch = addresses[..moving[(int)digit]];
            foreach (ref Address mover in batch) mover.Hash = digit;
            hash.Chain(batch, values[..(batch.Length * n)], steps: 1);
        }

        Span<byte> ends = stackalloc byte[values.Length];
        for (int i = 0; i < chains; i++)
            values.Slice(i * n, n).CopyTo(ends[((int)addresses[i].Chain * n)..]);
        hash.Compress([address with { Type = AddressType.WotsPublicKey }], ends, key);
    }
}
