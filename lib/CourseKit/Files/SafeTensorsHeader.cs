using System.Buffers.Binary;
using System.Text.Json;
using CourseKit.Display;
using static TorchSharp.torch;

namespace CourseKit.Files;

/// <summary>One tensor of a safetensors file. Begin and End are byte offsets from the start of the data; End is exclusive.</summary>
internal sealed record SafeTensorsEntry(string Name, StoredType Type, long[] Shape, long Begin, long End);

/// <summary>Reads and checks the header of a safetensors file. Checks everything, because the file may come from an untrusted source.</summary>
internal static class SafeTensorsHeader
{
    public const string MetadataName = "__metadata__";

    // In bytes. The reference implementation has the same limit.
    private const long LongestHeader = 100_000_000;

    public static string? NameOf(ScalarType type) => StoredType.All.FirstOrDefault(known => known.Type == type)?.SafeTensors;

    /// <summary>
    /// Gives the tensors in the order of their data. Checks that the data fills the rest of the file without gap or overlap. Afterwards the stream
    /// is at the start of the data.
    /// </summary>
    /// <exception cref="TensorFileException">The file is not a valid safetensors file.</exception>
    public static List<SafeTensorsEntry> Read(string path, Stream stream)
    {
        var start = new byte[32];
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        var kind = ContentText.Of(start.AsSpan(0, read)) is { } text ? $" It looks like {text}." : "";
        if (read < 8)
            throw new TensorFileException(path, $"not a safetensors file: {read} bytes are too few for the header's length.{kind}");
        stream.Position = 8;
        var length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > LongestHeader || (long)length > stream.Length - 8)
            throw new TensorFileException(path, $"the header should take {length} bytes, "
                + $"the file has {stream.Length - 8} after the length: cut off, or not a safetensors file.{kind}");
        var json = new byte[length];
        TensorBytes.Fill(path, stream, json);
        var data = stream.Length - stream.Position;
        try
        {
            using var header = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var entries = header.RootElement.EnumerateObject().Where(property => property.Name != MetadataName)
                .Select(property => ReadEntry(path, property)).OrderBy(entry => entry.Begin).ThenBy(entry => entry.End).ToList();
            long at = 0;
            foreach (var entry in entries)
            {
                if (entry.Begin != at)
                    throw new TensorFileException(path, $"'{entry.Name}': data_offsets begin at {entry.Begin}, expected {at}: "
                        + "tensors overlap or leave a gap.");
                at = entry.End;
            }
            if (at != data)
                throw new TensorFileException(path, $"the tensors take {at} bytes of data, the file has {data}. "
                    + "It was cut off or changed; save it again.");
            return entries;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new TensorFileException(path, $"the header is not the JSON of safetensors: {error.Message}", error);
        }
    }

    private static SafeTensorsEntry ReadEntry(string path, JsonProperty property)
    {
        var dtype = Field(path, property, "dtype").GetString();
        var type = StoredType.All.FirstOrDefault(known => known.SafeTensors == dtype)
            ?? throw new TensorFileException(path, $"'{property.Name}': dtype is '{dtype}', expected one of "
                + $"{string.Join(", ", StoredType.All.Select(known => known.SafeTensors))}.");
        long[] shape = [.. Field(path, property, "shape").EnumerateArray().Select(side => side.GetInt64())];
        long[] offsets = [.. Field(path, property, "data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        if (TensorBytes.Count(shape, type.Size) is not { } bytes)
            throw new TensorFileException(path, $"'{property.Name}': shape {ShapeText.Of(shape)} is impossible: expected at most 64 numbers, none negative, whose product fits.");
        if (offsets is not [>= 0, _] || offsets[1] < offsets[0] || offsets[1] - offsets[0] != bytes)
            throw new TensorFileException(path, $"'{property.Name}': {dtype} {ShapeText.Of(shape)} takes {bytes} bytes, "
                + $"data_offsets are [{string.Join(", ", offsets)}].");
        return new(property.Name, type, shape, offsets[0], offsets[1]);
    }

    private static JsonElement Field(string path, JsonProperty tensor, string field) => tensor.Value.TryGetProperty(field, out var value)
        ? value
        : throw new TensorFileException(path, $"'{tensor.Name}': the header gives no {field}.");
}
