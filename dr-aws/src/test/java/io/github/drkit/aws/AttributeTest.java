package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.aws.Carrying.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.services.rds.model.DBInstance;

class AttributeTest {

    @Test
    void everyMemberOfTheSdksShapeIsDecidedOnAndNoOther() {
        TreeSet<String> members = DBInstance.builder().build().sdkFields().stream()
                .map(SdkField::memberName)
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> decided =
                Arrays.stream(Attribute.values()).map(Attribute::member).toList();

        assertThat(decided).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(decided)).isEqualTo(members);
    }

    @Test
    void whatIsNotCarriedSaysWhyAndWhatIsCarriedSaysWhatRdsWouldDo() {
        for (Attribute attribute : Attribute.values()) {
            Carrying carrying = attribute.carrying();
            if (attribute.is(Kind.CARRIED)) {
                assertThat(carrying.rdsDefault()).as(attribute.member()).isNotBlank();
                assertThat(carrying.snapshot().isPresent() || carrying.modify().isPresent())
                        .as("%s can be set on an instance restored from a snapshot", attribute.member())
                        .isTrue();
                assertThat(carrying.pointInTime().isPresent()
                                || carrying.modify().isPresent())
                        .as("%s can be set on an instance restored to a point in time", attribute.member())
                        .isTrue();
            } else {
                assertThat(carrying.reason()).as(attribute.member()).isNotBlank();
            }
        }
    }

    @Test
    void anEmptyInstanceHasNoValueAndBreaksNothing() {
        DBInstance nothing = DBInstance.builder().build();

        assertThat(Arrays.stream(Attribute.values()).map(attribute -> attribute.of(nothing)))
                .containsOnly("");
    }
}
