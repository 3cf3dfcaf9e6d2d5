namespace Qbitel.Discovery.Traces.Filters;

/// <summary>Writes a program for the classic packet filter, whose jumps go forward to marks.</summary>
internal sealed class KernelProgram
{
    private const int MaxSize = 4_096; // BPF_MAXINSNS
    private const int Farthest = byte.MaxValue; // of a conditional jump

    private readonly List<(ushort Code, uint Value, int Yes, int No)> _steps = [];
    private readonly List<List<int>> _marks = [[]]; // before each step
    private int _labels;

    public int Label() => _labels++;

    /// <summary>A jump to the label comes here.</summary>
    public void Mark(int label) => _marks[^1].Add(label);

    public void Do(ushort code, uint value = 0) => Do(code, value, -1, -1);

    public void Go(int label) => Do(KernelCode.Jump, 0, label, label);

    public void If(ushort code, uint value, int yes, int no) => Do(code, value, yes, no);

    /// <summary>Goes on with the next step where it does not hold.</summary>
    public void If(ushort code, uint value, int yes)
    {
        int next = Label();
        Do(code, value, yes, next);
        Mark(next);
    }

    /// <summary>Goes on with the next step where it holds.</summary>
    public void Unless(ushort code, uint value, int no)
    {
        int next = Label();
        Do(code, value, next, no);
        Mark(next);
    }

    /// <summary>The program; null where it is longer than the kernel takes.</summary>
    public KernelInstruction[]? End()
    {
        // From the end, where the places of all marks are known; what a conditional jump does not reach is reached over
        // an unconditional one behind it.
        List<KernelInstruction> backwards = [];
        int[] places = new int[_labels];
        for (int i = _steps.Count - 1; i >= 0; i--)
        {
            foreach (int label in _marks[i + 1]) places[label] = backwards.Count - 1;
            (ushort code, uint value, int yes, int no) = _steps[i];
            if (yes < 0)
            {
                backwards.Add(new(code, 0, 0, value));
            }
            else if (code == KernelCode.Jump)
            {
                backwards.Add(new(code, 0, 0, Distance(places[yes])));
            }
            else
            {
                int near = Near(places[yes]), other = Near(places[no]);
                backwards.Add(new(code, (byte)Distance(near), (byte)Distance(other), value));
            }

            if (backwards.Count > MaxSize) return null;
        }

        backwards.Reverse();
        return [.. backwards];

        uint Distance(int place) => (uint)(backwards.Count - 1 - place);

        int Near(int place)
        {
            if (Distance(place) < Farthest) return place; // one is left for a jump in between
            backwards.Add(new(KernelCode.Jump, 0, 0, Distance(place)));
            return backwards.Count - 1;
        }
    }

    private void Do(ushort code, uint value, int yes, int no)
    {
        _steps.Add((code, value, yes, no));
        _marks.Add([]);
    }
}
