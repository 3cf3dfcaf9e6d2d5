using System.Buffers.Binary;
using System.Net;

namespace Qbitel.Discovery;

/// <summary>One end of a conversation: an IP address and, for UDP and TCP, a port.</summary>
public readonly record struct Endpoint : IComparable<Endpoint>
{
    private readonly UInt128 _address;
    private readonly bool _isV6;

    /// <summary>An address of 4 bytes (IPv4) or 16 bytes (IPv6), in network order.</summary>
    public Endpoint(ReadOnlySpan<byte> address, ushort port)
    {
        _isV6 = address.Length switch
        {
            4 => false,
            16 => true,
            _ => throw new ArgumentException($"An IP address has 4 or 16 bytes, not {address.Length}.",
                nameof(address)),
        };
        _address = _isV6 ? BinaryPrimitives.ReadUInt128BigEndian(address)
            : BinaryPrimitives.ReadUInt32BigEndian(address);
        Port = port;
    }

    public Endpoint(IPAddress address, ushort port)
        : this((address ?? throw new ArgumentNullException(nameof(address))).GetAddressBytes(), port)
    {
    }

    public ushort Port { get; }

    public IPAddress Address
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(bytes, _address);
            return new IPAddress(_isV6 ? bytes : bytes[12..]);
        }
    }

    /// <summary>The same on every machine and in every run, unlike a hash code.</summary>
    internal ulong StableHash
    {
        get
        {
            unchecked
            {
                ulong x = (ulong)_address ^ ((ulong)(_address >> 64) * 0x9E3779B97F4A7C15) ^ ((ulong)Port << 40);
                x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9; // SplitMix64
                x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
                return x ^ (x >> 31);
            }
        }
    }

    public int CompareTo(Endpoint other) =>
        _isV6 != other._isV6 ? _isV6.CompareTo(other._isV6)
        : _address != other._address ? _address.CompareTo(other._address)
        : Port.CompareTo(other.Port);

    public static bool operator <(Endpoint left, Endpoint right) => left.CompareTo(right) < 0;

    public static bool operator >(Endpoint left, Endpoint right) => left.CompareTo(right) > 0;

    public static bool operator <=(Endpoint left, Endpoint right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Endpoint left, Endpoint right) => left.CompareTo(right) >= 0;

    /// <summary><c>10.0.0.1:443</c> or <c>[2001:db8::1]:443</c>.</summary>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
