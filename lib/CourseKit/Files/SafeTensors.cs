using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using CourseKit.Common;
using static TorchSharp.torch;

namespace CourseKit.Files;

/// <summary>
/// The safetensors format: named tensors without any code in the file. A file holds an 8-byte little-endian header length, a JSON header
/// (name -> dtype, shape, data_offsets), then the data. For the state of a network there is <see cref="Weights"/>.
/// </summary>
public static class SafeTensors
{
    /// <summary>Writes named tensors. An older file is replaced only when the new one is complete.</summary>
    /// <param name="path">The file to write. Its folder is created if needed.</param>
    /// <param name="tensors">Tensors of any shape, on any device; real and integer types and bool.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException">A tensor has a type that is not supported here, e.g. a complex type, or the name __metadata__.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static long Save(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        // Tensors with wider elements come first, which keeps every tensor aligned to its element size. Tensors of the same width are sorted by
        // name, so that the same tensors always give the same file.
        var ordered = tensors.OrderByDescending(entry => entry.Value.ElementSize).ThenBy(entry => entry.Key, StringComparer.Ordinal).ToList();
        var header = new JsonObject();
        long offset = 0;
        foreach (var (name, tensor) in ordered)
        {
            if (name == SafeTensorsHeader.MetadataName || SafeTensorsHeader.NameOf(tensor.dtype) is not { } dtype)
                throw new ArgumentException($"{Path.GetFileName(path)}: tensor '{name}' of {tensor.dtype} cannot be saved "
                    + "as safetensors.", nameof(tensors));
            var end = offset + tensor.NumberOfElements * tensor.ElementSize;
            header[name] = new JsonObject
            {
                ["dtype"] = dtype,
                ["shape"] = new JsonArray([.. tensor.shape.Select(side => (JsonNode)side)]),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }
        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        var length = (json.Length + 7) / 8 * 8;
        return AtomicFile.Write(path, stream =>
        {
            Span<byte> prefix = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(prefix, length);
            stream.Write(prefix);
            stream.Write(json);
            for (var i = json.Length; i < length; i++)
                stream.WriteByte((byte)' ');
            foreach (var (_, tensor) in ordered)
                TensorBytes.Write(stream, tensor);
        });
    }

    /// <summary>Reads all tensors of a file onto the CPU.</summary>
    /// <param name="path">The file to read.</param>
    /// <returns>The tensors by name; the caller disposes of them.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="TensorFileException">The file is damaged. The whole header is checked before any tensor is made.</exception>
    public static Dictionary<string, Tensor> Load(string path)
    {
        using var stream = File.OpenRead(path);
        var entries = SafeTensorsHeader.Read(path, stream);
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>();
        foreach (var entry in entries)
            tensors[entry.Name] = TensorBytes.Read(path, stream, entry.Shape, entry.Type);
        scope.MoveToOuter(tensors.Values);
        return tensors;
    }
}
