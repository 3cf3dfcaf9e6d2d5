using System.Text;

namespace Qbitel.Discovery.Captures;

/// <summary>Writes where a reading stands, for <see cref="StateReader"/>.</summary>
internal sealed class StateWriter(Stream stream) : BinaryWriter(stream, Encoding.UTF8, leaveOpen: true)
{
    public void Write(Endpoint endpoint)
    {
        Bytes(endpoint.Address.GetAddressBytes());
        Write(endpoint.Port);
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Write7BitEncodedInt(bytes.Length);
        Write(bytes);
    }

    public void Write(DateTimeOffset? time) => Write(time?.UtcTicks ?? -1);

    public void List<T>(IReadOnlyCollection<T> items, Action<T> write)
    {
        Write7BitEncodedInt(items.Count);
        foreach (T item in items) write(item);
    }
}
