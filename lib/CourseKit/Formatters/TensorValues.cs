using System.Globalization;
using static TorchSharp.torch;

namespace CourseKit.Formatters;

/// <summary>A short view of a tensor's values: statistics of all values, and a table of all or of the first and last values.</summary>
internal sealed class TensorValues
{
    private const int MaxWhole = 100, MaxColumns = 20, PerLine = 10, Edge = 3;
    private readonly Tensor values;

    private TensorValues(Tensor values) => this.values = values;

    /// <summary>
    /// The values on the CPU, detached from autograd. Null for a sparse tensor and for a tensor on the meta device, which has no values.
    /// </summary>
    public static TensorValues? Of(Tensor tensor) => tensor.is_sparse || tensor.device_type is TorchSharp.DeviceType.META ? null : new(tensor.detach().cpu());

    /// <summary>The figures that suit the type; none for a single value. NaN and infinite values are only counted.</summary>
    public (string Name, string Value)[] Statistics => values.numel() <= 1 ? [] : values.dtype switch
    {
        ScalarType.Bool => [("true", Share(values.count_nonzero().item<long>(), values.numel()))],
        ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64 => [.. OfFloats(values.abs()).Select(figure => ($"|{figure.Name}|", figure.Value))],
        _ when values.is_floating_point() => [.. OfFloats(values)],
        _ => [("min", Texts(values.min())[0]), ("max", Texts(values.max())[0]), ("mean", Short(values.to(ScalarType.Float64).mean()))],
    };

    /// <summary>
    /// The values as rows of texts. More than 100 values are cut: a dimension longer than six keeps its first and last three values.
    /// A matrix with more than 20 columns also keeps six of them. A tensor with more than two dimensions shows its first matrix, and the note says so.
    /// </summary>
    public (IReadOnlyList<string[]> Rows, string? Note) Table()
    {
        if (values.numel() == 0)
            return ([], "(no values)");
        var shown = values;
        string? note = null;
        if (values.ndim > 2)
        {
            while (shown.ndim > 2)
                shown = shown.select(0, 0);
            note = shown.numel() == values.numel() ? null : string.Create(CultureInfo.InvariantCulture,
                $"the first of {values.numel() / shown.numel():N0} matrices, [{string.Join(", ", Enumerable.Repeat("0", (int)values.ndim - 2))}, :, :]:");
        }
        return (shown.ndim switch
        {
            0 => [[Texts(shown)[0]]],
            1 => OfVector(shown),
            _ => OfMatrix(shown),
        }, note);
    }

    private static List<string[]> OfVector(Tensor vector)
    {
        var length = (int)vector.shape[0];
        var cut = length > MaxWhole;
        var texts = Texts(cut ? Ends(vector, 0) : vector);
        if (cut)
            return [[.. texts.Take(Edge), $"... ({length.ToString("N0", CultureInfo.InvariantCulture)} values) ...", .. texts.Skip(Edge)]];
        return [.. texts.Chunk(PerLine).Select(line => line.Length < PerLine && texts.Length > PerLine ? [.. line, .. Enumerable.Repeat("", PerLine - line.Length)] : line)];
    }

    private static List<string[]> OfMatrix(Tensor matrix)
    {
        long height = matrix.shape[0], width = matrix.shape[1];
        var whole = matrix.numel() <= MaxWhole;
        bool cutRows = !whole && height > 2 * Edge, cutColumns = (!whole || width > MaxColumns) && width > 2 * Edge;
        var shown = cutRows ? Ends(matrix, 0) : matrix;
        var rows = Texts(cutColumns ? Ends(shown, 1) : shown).Chunk(cutColumns ? 2 * Edge : (int)width).Select(row => cutColumns ? [.. row[..Edge], "...", .. row[Edge..]] : row).ToList();
        if (cutRows)
            rows.Insert(Edge, [.. rows[0].Select(_ => "...")]);
        return rows;
    }

    private static Tensor Ends(Tensor tensor, int dimension) =>
        cat([tensor.narrow(dimension, 0, Edge), tensor.narrow(dimension, tensor.shape[dimension] - Edge, Edge)], dimension);

    private static string[] Texts(Tensor some)
    {
        if (some.dtype == ScalarType.Bool)
            return [.. some.contiguous().data<bool>().ToArray().Select(value => value ? "true" : "false")];
        if (some.is_complex())
            return [.. Texts(some.real).Zip(Texts(some.imag), (real, imaginary) => $"{real}{(imaginary.StartsWith('-') ? "" : "+")}{imaginary}i")];
        if (!some.is_floating_point())
            return [.. some.to(ScalarType.Int64).contiguous().data<long>().ToArray().Select(value => value.ToString(CultureInfo.InvariantCulture))];
        var numbers = some.to(ScalarType.Float64).contiguous().data<double>().ToArray();
        var format = Format([.. numbers.Where(double.IsFinite).Select(Math.Abs)]);
        return [.. numbers.Select(value => value.ToString(format, CultureInfo.InvariantCulture))];
    }

    // All numbers get the same notation, so that they stand in columns: whole numbers, four decimals, or scientific notation.
    private static string Format(double[] sizes) => sizes.Length <= 1 ? "G6"
        : sizes.All(size => size == Math.Floor(size) && size < 1e7) ? "0"
        : sizes.Max() is >= 1e5 or < 1e-2 ? "0.000e+00" : "0.0000";

    private static IEnumerable<(string Name, string Value)> OfFloats(Tensor floats)
    {
        // Sums of half-precision numbers soon leave the range of half precision. Large tensors become float32, which takes half the memory of float64.
        var wide = floats.numel() <= 1 << 20 || floats.dtype == ScalarType.Float64 ? floats.to(ScalarType.Float64) : floats.to(ScalarType.Float32);
        var isFinite = wide.isfinite();
        var all = wide.numel();
        var finite = isFinite.count_nonzero().item<long>();
        if (finite < all)
        {
            var nan = wide.isnan().count_nonzero().item<long>();
            if (nan > 0)
                yield return ("NaN", Share(nan, all));
            if (all - finite > nan)
                yield return ("inf", Share(all - finite - nan, all));
            wide = wide.masked_select(isFinite);
        }
        if (finite == 0)
            yield break;
        yield return ("min", Short(wide.min()));
        yield return ("max", Short(wide.max()));
        yield return ("mean", Short(wide.mean()));
        if (finite > 1)
            yield return ("std", Short(wide.std()));
    }

    private static string Share(long count, long all) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} ({100.0 * count / all:0.##} %)");

    private static string Short(Tensor value)
    {
        var number = value.to(ScalarType.Float64).item<double>();
        return number.ToString(Math.Abs(number) is >= 1e4 and < 1e7 ? "0" : "g4", CultureInfo.InvariantCulture);
    }
}
