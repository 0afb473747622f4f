using System.Buffers.Binary;
using System.Text;

namespace CourseKit.Files;

/// <summary>The file of an archive that holds the numbers of one tensor or more.</summary>
internal sealed record PickledStorage(StoredType Type, string Key, long Elements);

/// <summary>A tensor as a pickle describes it: a view of a storage. Nothing is checked yet.</summary>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides);

/// <summary>
/// Reads and writes the pickle in a file of <c>torch.save</c>. A pickle is a program for a small machine with a stack, and in Python this program may call
/// any function by its name. This machine calls nothing: it knows the three names that weights need, and refuses a pickle with another one. It has no
/// recursion, so nothing is nested too deep for it, and it takes no more memory than a multiple of the pickle's length.
/// </summary>
internal sealed class PyTorchPickle
{
    private sealed record Name(string Module, string Of)
    {
        public override string ToString() => $"{Module}.{Of}";
    }

    private static readonly Name OrderedDict = new("collections", "OrderedDict"), OfStorage = new("torch._utils", "_rebuild_tensor_v2"), OfTensor = new("torch._utils", "_rebuild_parameter");

    private readonly string path;
    private readonly byte[] bytes;
    private readonly List<object?> stack = [];
    private readonly Stack<int> marks = new();
    private readonly Dictionary<uint, object?> memo = [];
    private int at;

    private PyTorchPickle(string path, byte[] bytes) => (this.path, this.bytes) = (path, bytes);

    /// <summary>What a pickle holds: dictionaries, lists (tuples, too), texts, numbers, and <see cref="PickledTensor"/>.</summary>
    /// <exception cref="TensorFileException">The pickle is damaged, or it needs Python's code.</exception>
    public static object? Read(string path, byte[] bytes)
    {
        var machine = new PyTorchPickle(path, bytes);
        try
        {
            return machine.Run();
        }
        catch (Exception error) when (error is FormatException or ArgumentException or IndexOutOfRangeException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            throw new TensorFileException(path, $"its data.pkl is damaged, or none that torch.save writes, at byte {machine.at} of {bytes.Length}. Save it again.", error);
        }
    }

    /// <summary>The pickle of a state_dict. The tensors' numbers are the files 0, 1, ... of the archive, in the order given and each in C order.</summary>
    public static byte[] Write(IEnumerable<(string Name, StoredType Type, long[] Shape)> tensors)
    {
        using var stream = new MemoryStream();
        using var pickle = new BinaryWriter(stream, Encoding.UTF8);
        pickle.Write([0x80, 2]);
        Emit($"c{OrderedDict.Module}\n{OrderedDict.Of}\n)R(");
        foreach (var (index, (name, type, shape)) in tensors.Index())
        {
            Text(name);
            Emit($"c{OfStorage.Module}\n{OfStorage.Of}\n((");
            Text("storage");
            Emit($"ctorch\n{type.PyTorch}Storage\n");
            Text(index.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Text("cpu");
            Number(shape.Aggregate(1L, (product, side) => product * side));
            Emit("tQ");
            Number(0);
            Tuple(shape);
            Tuple([.. shape.Select((_, side) => shape[(side + 1)..].Aggregate(1L, (product, next) => product * Math.Max(1, next)))]);
            pickle.Write((byte)0x89); // it needs no gradient
            Emit($"c{OrderedDict.Module}\n{OrderedDict.Of}\n)RtR");
        }
        Emit("u.");
        pickle.Flush();
        return stream.ToArray();

        void Emit(string codes) => pickle.Write(Encoding.Latin1.GetBytes(codes));
        void Text(string text)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            pickle.Write('X');
            pickle.Write(utf8.Length);
            pickle.Write(utf8);
        }
        void Number(long number)
        {
            // Small numbers in 4 bytes, as Python writes them: other readers count on it.
            Emit(number == (int)number ? "J" : "\u008a\u0008");
            if (number == (int)number)
                pickle.Write((int)number);
            else
                pickle.Write(number);
        }
        void Tuple(long[] numbers)
        {
            Emit("(");
            foreach (var number in numbers)
                Number(number);
            Emit("t");
        }
    }

    // The codes that torch.save uses, of pickle's protocols 2 to 5.
    private object? Run()
    {
        while (true)
        {
            switch (bytes[at++])
            {
                case 0x80: at++; break; // the protocol's number
                case 0x95: at += 8; break; // a length, for readers of streams
                case (byte)'N': Push(null); break;
                case 0x88: Push(true); break;
                case 0x89: Push(false); break;
                case (byte)'K': Push((long)bytes[at++]); break;
                case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
                case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
                case 0x8a: Push(Long(Take(bytes[at++]))); break;
                case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
                case 0x8c: Push(Encoding.UTF8.GetString(Take(bytes[at++]))); break;
                case (byte)'X': Push(Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadInt32LittleEndian(Take(4))))); break;
                case (byte)']' or (byte)')': Push(new List<object?>()); break;
                case (byte)'}': Push(new Dictionary<object, object?>()); break;
                case (byte)'(': marks.Push(stack.Count); break;
                case (byte)'t': Push(Cut(marks.Pop())); break;
                case 0x85: Push(Cut(stack.Count - 1)); break;
                case 0x86: Push(Cut(stack.Count - 2)); break;
                case 0x87: Push(Cut(stack.Count - 3)); break;
                case (byte)'a': Append(Cut(stack.Count - 1)); break;
                case (byte)'e': Append(Cut(marks.Pop())); break;
                case (byte)'s': Set(Cut(stack.Count - 2)); break;
                case (byte)'u': Set(Cut(marks.Pop())); break;
                case (byte)'q': memo[bytes[at++]] = stack[^1]; break;
                case (byte)'r': memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = stack[^1]; break;
                case 0x94: memo[(uint)memo.Count] = stack[^1]; break;
                case (byte)'h': Push(memo[bytes[at++]]); break;
                case (byte)'j': Push(memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))]); break;
                case (byte)'c': Push(Known(Line(), Line())); break;
                case 0x93: Push(Cut(stack.Count - 2) is [string module, string name] ? Known(module, name) : throw new FormatException()); break;
                case (byte)'Q': Push(Storage(Pop<List<object?>>())); break;
                case (byte)'R': Push(Made(Pop<List<object?>>(), Pop<Name>())); break;
                case (byte)'b': Pop<Dictionary<object, object?>>(); break; // attributes of a state_dict: the versions of its layers
                case (byte)'.': return stack[^1];
                default: throw new FormatException();
            }
        }
    }

    private void Push(object? value) => stack.Add(value);

    private T Pop<T>() => Cut(stack.Count - 1) is [T value] ? value : throw new FormatException();

    // What lies above a height of the stack, which is taken away.
    private List<object?> Cut(int height)
    {
        var above = stack.GetRange(height, stack.Count - height);
        stack.RemoveRange(height, above.Count);
        return above;
    }

    private void Append(List<object?> items) => (stack[^1] as List<object?> ?? throw new FormatException()).AddRange(items);

    private void Set(List<object?> items)
    {
        if (stack[^1] is not Dictionary<object, object?> into || items.Count % 2 != 0)
            throw new FormatException();
        for (var i = 0; i < items.Count; i += 2)
            into[items[i]!] = items[i + 1];
    }

    private ReadOnlySpan<byte> Take(int count) => bytes.AsSpan((at += count) - count, count);

    private string Line()
    {
        var length = bytes.AsSpan(at).IndexOf((byte)'\n');
        return Encoding.UTF8.GetString(Take(length + 1))[..^1];
    }

    // Little-endian with the sign in the highest bit; no bytes are 0.
    private static long Long(ReadOnlySpan<byte> number) => (long)new System.Numerics.BigInteger(number);

    private Name Known(string module, string name)
    {
        var known = new Name(module, name);
        if (known == OrderedDict || known == OfStorage || known == OfTensor || TypeOf(known) is not null)
            return known;
        var what = module == "torch" && name.EndsWith("Storage", StringComparison.Ordinal) ? $"holds numbers of a '{known}'; read are real ones and bool."
            : $"needs Python's '{known}', and no code of a file is ever run here."
            + (module.StartsWith("torch.nn.modules", StringComparison.Ordinal) || module is "__main__" || module.StartsWith("__torch__", StringComparison.Ordinal)
                ? " It looks like a whole network, saved with its code." : "");
        throw new TensorFileException(path, $"{what} Expected is a file of torch.save(network.state_dict(), ...). Nothing was loaded.");
    }

    private static StoredType? TypeOf(Name name) => name.Module == "torch" && name.Of.EndsWith("Storage", StringComparison.Ordinal)
        ? StoredType.All.FirstOrDefault(type => type.PyTorch.Length > 0 && type.PyTorch == name.Of[..^7]) : null;

    private static PickledStorage Storage(List<object?> id) => id is ["storage", Name name, string key, string, long elements] && TypeOf(name) is { } type
        ? new(type, key, elements) : throw new FormatException();

    private static object Made(List<object?> given, Name by) => given switch
    {
        [] or [List<object?> { Count: 0 }] when by == OrderedDict => new Dictionary<object, object?>(),
        [PickledStorage storage, long offset, List<object?> shape, List<object?> strides, ..] when by == OfStorage => new PickledTensor(storage, offset, Numbers(shape), Numbers(strides)),
        [PickledTensor tensor, ..] when by == OfTensor => tensor,
        _ => throw new FormatException(),
    };

    private static long[] Numbers(List<object?> items) => [.. items.Select(item => item is long number ? number : throw new FormatException())];
}
