using CourseKit.Data;
using static TorchSharp.torch;

namespace CourseKit.Tests.Data;

public sealed class DigitsTests
{
    [Fact]
    public void The_digits_are_split_by_row_and_keep_all_1797_pictures()
    {
        using var split = Digits.Load();
        Assert.Equal((898, 899), (split.Train.Count, split.HeldOut.Count));
        Assert.Equal((1, 8, 8), (split.Train.Channels, split.Train.Height, split.Train.Width));
        Assert.Equal(10, split.Train.ClassNames.Count);
    }

    [Fact]
    public void The_first_rows_are_the_ones_of_the_original_file()
    {
        using var split = Digits.Load();
        // The original file begins with the digits 0, 1, 2, 3: row 1 is held out, row 2 is for training.
        Assert.Equal([0, 2], split.HeldOut.Labels!.data<long>().ToArray()[..2]);
        Assert.Equal([1, 3], split.Train.Labels!.data<long>().ToArray()[..2]);
        var firstLine = split.HeldOut.Images[0, 0, 0].data<float>().ToArray().Select(value => (value + 1) * 8);
        Assert.Equal([0, 0, 5, 13, 9, 1, 0, 0], firstLine);
    }

    [Fact]
    public void The_values_span_paper_to_ink()
    {
        using var split = Digits.Load();
        Assert.Equal(-1, split.Train.Images.min().item<float>());
        Assert.Equal(1, split.Train.Images.max().item<float>());
    }

    [Fact]
    public void The_pictures_outlive_the_dispose_scope_they_were_loaded_in()
    {
        DataSplit split;
        using (NewDisposeScope())
            split = Digits.Load();
        using (split)
            Assert.Equal(898 + 899, split.Train.Images.shape[0] + split.HeldOut.Labels!.shape[0]);
        Assert.True(split.Train.Images.IsInvalid);
    }
}
