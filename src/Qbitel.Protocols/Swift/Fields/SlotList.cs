using System.Buffers;

namespace Qbitel.Protocols.Swift.Fields;

/// <summary>Rows of the table while a message is read: on the stack as long as they fit, then rented.</summary>
internal ref struct SlotList(Span<FieldSlot> initial)
{
    private Span<FieldSlot> _slots = initial;
    private FieldSlot[]? _rented;

    public int Count { get; private set; }

    public void Add(FieldSlot slot)
    {
        if (Count == _slots.Length)
        {
            FieldSlot[] larger = ArrayPool<FieldSlot>.Shared.Rent(2 * Count);
            _slots.CopyTo(larger);
            Dispose();
            _slots = _rented = larger;
        }

        _slots[Count++] = slot;
    }

    public readonly FieldSlot this[int index] => _slots[..Count][index];

    public readonly FieldSlot[] ToArray() => _slots[..Count].ToArray();

    public void Dispose()
    {
        if (_rented is { } rented) ArrayPool<FieldSlot>.Shared.Return(rented);
        _rented = null;
    }
}
