using CourseKit.Data;
using static TorchSharp.torch;

namespace CourseKit.Tests.Data;

public sealed class ImageSetTests
{
    public static TheoryData<string, Func<Tensor>, Func<Tensor?>, string> Wrong => new()
    {
        { "type of images", () => zeros(2, 1, 4, 4, ScalarType.Float64), () => null, "Float32" },
        { "type of images", () => zeros(2, 1, 4, 4, ScalarType.Byte), () => null, "Float32" },
        { "shape of images", () => zeros(2, 4, 4), () => null, "(2, 4, 4)" },
        { "shape of images", () => zeros(2, 2, 4, 4), () => null, "(2, 2, 4, 4)" },
        { "shape of images", () => zeros(0, 1, 4, 4), () => null, "(0, 1, 4, 4)" },
        { "range of images", () => full([2, 1, 4, 4], 255f), () => null, "255 to 255" },
        { "range of images", () => full([2, 1, 4, 4], float.NaN), () => null, "NaN" },
        { "type of labels", () => zeros(2, 1, 4, 4), () => zeros(2, ScalarType.Int32), "Int64" },
        { "shape of labels", () => zeros(2, 1, 4, 4), () => zeros(3, ScalarType.Int64), "(3)" },
        { "shape of labels", () => zeros(2, 1, 4, 4), () => zeros(2, 1, ScalarType.Int64), "(2, 1)" },
        { "range of labels", () => zeros(2, 1, 4, 4), () => full([2], 2L, ScalarType.Int64), "2 to 2" },
        { "range of labels", () => zeros(2, 1, 4, 4), () => full([2], -1L, ScalarType.Int64), "-1 to -1" },
    };

    [Theory, MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void A_wrong_tensor_is_refused_by_field_and_value(string field, Func<Tensor> makeImages, Func<Tensor?> makeLabels, string found)
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<DataFormatException>(() => new ImageSet("mine", makeImages(), makeLabels(), ["a", "b"], "a test"));
        Assert.Equal(field, error.Field);
        Assert.StartsWith("mine: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_outlives_the_scope_its_tensors_were_made_in_and_ends_when_disposed()
    {
        ImageSet set;
        using (NewDisposeScope())
            set = new ImageSet("mine", ones(3, 1, 4, 5), zeros(3, ScalarType.Int64), ["one"], "a test");
        Assert.Equal(60, set.Images.sum().item<float>());
        Assert.Equal((3, 1, 4, 5), (set.Count, set.Channels, set.Height, set.Width));
        Assert.Equal("mine: 3 pictures 5x4, 1 channel, 1 class", set.ToString());
        set.Dispose();
        Assert.True(set.Images.IsInvalid && set.Labels!.IsInvalid);
    }

    [Fact]
    public void A_refused_tensor_still_belongs_to_the_caller()
    {
        using var scope = NewDisposeScope();
        var images = full([1, 1, 4, 4], 2f);
        Assert.Throws<DataFormatException>(() => new ImageSet("mine", images, null, [], "a test"));
        Assert.True(scope.Contains(images));
    }
}
