using CourseKit.Common;
using CourseKit.Display;
using static TorchSharp.torch;

namespace CourseKit.Formatters;

/// <summary>A tensor as plain text: a heading, statistics, values.</summary>
internal static class TensorText
{
    /// <summary>One to three lines, and a small table if there are values to show.</summary>
    public static string Of(Tensor tensor)
    {
        if (tensor.IsInvalid)
            return Summary(tensor);
        var values = TensorValues.Of(tensor);
        if (values is null)
            return Heading(tensor);
        var lines = new List<string> { Heading(tensor) };
        if (values.Statistics is { Length: > 0 } statistics)
            lines.Add(string.Join("  ", statistics.Select(figure => $"{figure.Name} {figure.Value}")));
        var table = values.Table();
        if (table.Note is not null)
            lines.Add(table.Note);
        if (table.Rows.Count > 0)
            lines.Add(TextTable.Plain(table.Rows, right: true));
        return string.Join('\n', lines);
    }

    /// <summary>A few words for a table's cell: the number if the tensor has no dimensions, else shape and type.</summary>
    public static string Summary(Tensor tensor)
    {
        if (tensor.IsInvalid)
            return "tensor (disposed)";
        if (tensor.ndim > 0)
            return $"tensor {ShapeText.Of(tensor)} {TypeName(tensor.dtype)}";
        var values = TensorValues.Of(tensor);
        return values?.Table().Rows[0][0] ?? Heading(tensor);
    }

    /// <summary>Shape, type and device: <c>tensor (64, 16) float32 on cpu, requires grad</c>.</summary>
    public static string Heading(Tensor tensor) =>
        $"tensor {ShapeText.Of(tensor)} {TypeName(tensor.dtype)} on {tensor.device}{(tensor.requires_grad ? ", requires grad" : "")}{(tensor.is_sparse ? ", sparse" : "")}";

    // PyTorch's names of the types.
    private static string TypeName(ScalarType type) => type switch
    {
        ScalarType.Byte => "uint8",
        ScalarType.ComplexFloat32 => "complex64",
        ScalarType.ComplexFloat64 => "complex128",
        _ => type.ToString().ToLowerInvariant(),
    };
}
