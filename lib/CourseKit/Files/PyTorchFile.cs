using System.IO.Compression;
using System.Text;
using CourseKit.Common;
using CourseKit.Display;
using static TorchSharp.torch;

namespace CourseKit.Files;

/// <summary>
/// PyTorch's files of weights (.pth, .pt), which <c>torch.save(network.state_dict(), path)</c> writes from version 1.6 on: a zip archive of a pickle, which
/// describes the tensors, and of one file for each storage. See <see cref="PyTorchPickle"/> for what is read of a pickle.
/// </summary>
internal static class PyTorchFile
{
    private const int LongestPickle = 1 << 22;  // bytes: tens of thousands of tensors
    private static readonly byte[] OldFormat = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9];

    /// <summary>Writes named tensors so that <c>torch.load</c> reads them. The same tensors always give the same bytes.</summary>
    /// <inheritdoc cref="SafeTensors.Save(string, IReadOnlyDictionary{string, Tensor})"/>
    public static long Save(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var pickle = PyTorchPickle.Write(tensors.Select(entry => (entry.Key, StoredType.All.FirstOrDefault(type => type.Type == entry.Value.dtype)
            ?? throw new ArgumentException($"{Path.GetFileName(path)}: tensor '{entry.Key}' of {entry.Value.dtype} cannot be saved for PyTorch.", nameof(tensors)), entry.Value.shape)));
        return AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            Add("data.pkl", part => part.Write(pickle));
            Add("byteorder", part => part.Write("little"u8));
            foreach (var (index, tensor) in tensors.Values.Index())
                Add($"data/{index}", part => TensorBytes.Write(part, tensor));
            Add("version", part => part.Write("3\n"u8));

            void Add(string name, Action<Stream> write)
            {
                var entry = archive.CreateEntry($"weights/{name}", CompressionLevel.NoCompression);
                entry.LastWriteTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var part = entry.Open();
                write(part);
            }
        });
    }

    /// <summary>Reads all tensors of a file onto the CPU. Tensors that share their memory in Python share it here.</summary>
    /// <inheritdoc cref="Weights.Load(string)"/>
    public static Dictionary<string, Tensor> Load(string path)
    {
        using var stream = File.OpenRead(path);
        var start = new byte[32];
        var read = start.AsSpan(0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
        if (read.StartsWith(OldFormat))
            throw new TensorFileException(path, "is in the format that PyTorch wrote before version 1.6. With a newer one, in Python: "
                + "torch.save(torch.load(\"old.pth\", map_location=\"cpu\"), \"new.pth\").");
        if (!read.StartsWith("PK"u8))
            throw new TensorFileException(path, $"not a file of torch.save, which is a ZIP archive{(ContentText.Of(read) is { } text ? $", but {text}" : "")}.");
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            return Load(path, archive, stream.Length);
        }
        catch (InvalidDataException error)
        {
            throw new TensorFileException(path, $"is a ZIP archive that was cut off or damaged: {error.Message} Copy or save it again.", error);
        }
    }

    private static Dictionary<string, Tensor> Load(string path, ZipArchive archive, long length)
    {
        const string pickle = "/data.pkl";
        if (archive.Entries.Where(entry => entry.FullName.EndsWith(pickle, StringComparison.Ordinal)).ToList() is not [var program])
            throw new TensorFileException(path, "is a ZIP archive without the one file data.pkl that torch.save writes. Expected is a file of torch.save(network.state_dict(), ...).");
        // PyTorch does not compress. Others may, but numbers that were learnt hardly become smaller.
        var unpacked = archive.Entries.Sum(entry => (decimal)entry.Length);
        if (unpacked > 10m * length + (1 << 24) || program.Length > LongestPickle)
            throw new TensorFileException(path, $"would unpack from {length} bytes to {unpacked}, its data.pkl to {program.Length}; 10 times and 16 MB, and {LongestPickle} for data.pkl, are the most. No weights are like that.");
        var described = Described(path, PyTorchPickle.Read(path, Content(program)));
        var folder = program.FullName[..^pickle.Length];
        var isBigEndian = archive.GetEntry($"{folder}/byteorder") is { Length: < 16 } order && Encoding.ASCII.GetString(Content(order)) == "big";

        using var scope = NewDisposeScope();
        Dictionary<PickledStorage, Tensor> storages = [];
        Dictionary<string, Tensor> tensors = [];
        foreach (var (name, tensor) in described)
        {
            Check(path, name, tensor);
            if (!storages.TryGetValue(tensor.Storage, out var storage))
                storages[tensor.Storage] = storage = ReadStorage(name, tensor.Storage);
            tensors[name] = storage.as_strided(tensor.Shape, tensor.Strides, tensor.Offset);
        }
        scope.MoveToOuter(tensors.Values);
        return tensors;

        byte[] Content(ZipArchiveEntry entry)
        {
            var content = new byte[entry.Length];
            using var part = entry.Open();
            TensorBytes.Fill(path, part, content);
            return content;
        }

        Tensor ReadStorage(string name, PickledStorage storage)
        {
            var entry = archive.GetEntry($"{folder}/data/{storage.Key}");
            if (entry is null || entry.Length != TensorBytes.Count([storage.Elements], storage.Type.Size))
                throw new TensorFileException(path, $"'{name}': its numbers should be {storage.Elements} of {storage.Type.Type} in data/{storage.Key}, "
                    + $"which {(entry is null ? "is not there" : $"has {entry.Length} bytes")}. Save it again.");
            using var part = entry.Open();
            return TensorBytes.Read(path, part, [storage.Elements], storage.Type, isBigEndian);
        }
    }

    // A view must lie within its storage.
    private static void Check(string path, string name, PickledTensor tensor)
    {
        var (shape, strides, elements) = (tensor.Shape, tensor.Strides, tensor.Storage.Elements);
        var fits = shape.Length == strides.Length && TensorBytes.Count(shape, tensor.Storage.Type.Size) is not null && strides.All(stride => stride >= 0) && tensor.Offset >= 0 && elements >= 0;
        if (fits && !shape.Contains(0))
            fits = tensor.Offset + shape.Zip(strides, (side, stride) => (side - 1) * (decimal)stride).Sum() < elements;
        if (!fits || tensor.Offset > elements)
            throw new TensorFileException(path, $"'{name}': shape {ShapeText.Of(shape)} with strides {ShapeText.Of(strides)} from {tensor.Offset} on does not lie within its {elements} numbers.");
    }

    // The tensors by name. A checkpoint of a training holds them beside other things, often as "state_dict".
    private static IEnumerable<(string Name, PickledTensor Tensor)> Described(string path, object? root)
    {
        const string next = "Expected is a file of torch.save(network.state_dict(), ...). Nothing was loaded.";
        if (root is not Dictionary<object, object?> all)
            throw new TensorFileException(path, $"holds {(root is PickledTensor one ? $"a single tensor {ShapeText.Of(one.Shape)}" : "no dictionary")}. {next}");
        if (AreTensors(all))
            return ByName(all);
        if (all.ContainsKey("param_groups"))
            throw new TensorFileException(path, $"is the state of an optimizer, not of a network. {next}");
        var networks = all.Where(entry => entry is { Key: string, Value: Dictionary<object, object?> { Count: > 0 } inner } && AreTensors(inner)).ToList();
        var keys = string.Join(", ", all.Keys.Take(10).Select(key => $"'{key}'"));
        if (networks is not [var only])
            throw new TensorFileException(path, networks.Count == 0 ? $"is a dictionary, but not of tensors by name: it holds {keys}. {next}"
                : $"holds several networks: {string.Join(", ", networks.Take(10).Select(entry => $"'{entry.Key}'"))}. Save one by itself: in Python, torch.save(torch.load(\"all.pth\")[\"{networks[0].Key}\"], \"one.pth\").");
        NotebookHost.Display($"{path} is a checkpoint with {keys}. Read were the tensors in '{only.Key}'.");
        return ByName((Dictionary<object, object?>)only.Value!);

        static bool AreTensors(Dictionary<object, object?> some) => some.All(entry => entry is { Key: string, Value: PickledTensor });
        static IEnumerable<(string, PickledTensor)> ByName(Dictionary<object, object?> some) => some.Select(entry => ((string)entry.Key, (PickledTensor)entry.Value!));
    }
}
